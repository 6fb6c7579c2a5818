import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * What DynamoDB counts an item as, in bytes ("DynamoDB item sizes and formats"): names and values; a number takes a
 * byte for each two digits and one more, a map or a list 3 and one for each member.
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueBytes(item[name]);
  return bytes;
}

function valueBytes(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(significantDigits(value.N) / 2) + 1;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if (value.L !== undefined) return value.L.reduce((bytes, member) => bytes + 1 + valueBytes(member), 3);
  return 1;
}

function significantDigits(number: string): number {
  return number.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length;
}

/** A write costs a unit for each KiB begun of the item before or after it, whichever is larger. */
export function writeUnits(beforeBytes: number, afterBytes: number): number {
  return Math.max(1, Math.ceil(Math.max(beforeBytes, afterBytes) / 1_024));
}

/** A read costs a unit for each 4 KiB begun, half of it where it need not be consistent. What is not there costs as well. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4_096)) / (isConsistent ? 1 : 2);
}
