import { PRICES } from '../prices.ts';

/** What one task takes of AWS, in the units that are billed. */
export interface Usage {
  readonly apiRequests: number;
  readonly sqsRequests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly lambdaRequests: number;
  readonly gbSeconds: number;
  readonly logBytes: number;
}

export type Item = keyof Usage;

/** What is billed, as people call it, and for how many dollars. */
export const ITEMS: Readonly<Record<Item, { readonly says: string; readonly dollars: number }>> = {
  apiRequests: { says: 'HTTP API requests', dollars: PRICES.httpApiRequest },
  sqsRequests: { says: 'SQS requests, fair queues', dollars: PRICES.sqsRequest + PRICES.sqsGroupSurcharge },
  writeUnits: { says: 'DynamoDB write units', dollars: PRICES.writeUnit },
  readUnits: { says: 'DynamoDB read units', dollars: PRICES.readUnit },
  lambdaRequests: { says: 'Lambda requests', dollars: PRICES.lambdaRequest },
  gbSeconds: { says: 'Lambda GB-seconds', dollars: PRICES.lambdaGbSecond },
  logBytes: { says: 'log bytes', dollars: PRICES.logByte },
};

export const ITEM_NAMES = Object.keys(ITEMS) as readonly Item[];

export function sumOf(...usages: readonly Usage[]): Usage {
  const total = (item: Item) => usages.reduce((sum, usage) => sum + usage[item], 0);
  return Object.fromEntries(ITEM_NAMES.map((item) => [item, total(item)])) as unknown as Usage;
}

/** US dollars for a million tasks. */
export function millionCosts(usage: Usage): Usage & { readonly total: number } {
  const costs = Object.fromEntries(
    ITEM_NAMES.map((item) => [item, usage[item] * ITEMS[item].dollars * 1e6]),
  ) as unknown as Usage;
  return { ...costs, total: ITEM_NAMES.reduce((sum, item) => sum + costs[item], 0) };
}
