import { crc32 } from 'node:zlib';

/** Encodes events as AWS streams them (`application/vnd.amazon.eventstream`): each a frame with its checksums. */
export function eventStream(events: readonly (readonly [type: string, payload: object])[]): Uint8Array {
  return Buffer.concat(events.map(([type, payload]) => frame(type, Buffer.from(JSON.stringify(payload)))));
}

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** A header whose value is text. */
const TEXT = 7;

function frame(type: string, payload: Buffer): Buffer {
  const headers = Buffer.concat([
    header(':message-type', 'event'),
    header(':event-type', type),
    header(':content-type', 'application/json'),
  ]);
  const length = PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES;
  const prelude = Buffer.concat([uint32(length), uint32(headers.length)]);
  const checked = Buffer.concat([prelude, uint32(crc32(prelude)), headers, payload]);
  return Buffer.concat([checked, uint32(crc32(checked))]);
}

function header(name: string, value: string): Buffer {
  const valueLength = Buffer.from([value.length >> 8, value.length & 0xff]);
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([TEXT]),
    valueLength,
    Buffer.from(value),
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
