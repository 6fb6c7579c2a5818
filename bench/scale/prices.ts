import { PRICES } from '../prices.ts';

/** What a run used of AWS, in the units that are billed. */
export interface Usage {
  /** Requests to the callbacks queue, whose messages carry a group (fair queues). */
  sqsRequests: number;
  /** Requests to the dead-letter queue. */
  dlqRequests: number;
  writeUnits: number;
  readUnits: number;
  lambdaRequests: number;
  lambdaGbSeconds: number;
  logBytes: number;
  bytesOut: number;
}

export type UsageItem = keyof Usage;

/** US dollars for one unit. */
export const DOLLARS: Readonly<Usage> = {
  sqsRequests: PRICES.sqsRequest + PRICES.sqsGroupSurcharge,
  dlqRequests: PRICES.sqsRequest,
  writeUnits: PRICES.writeUnit,
  readUnits: PRICES.readUnit,
  lambdaRequests: PRICES.lambdaRequest,
  lambdaGbSeconds: PRICES.lambdaGbSecond,
  logBytes: PRICES.logByte,
  bytesOut: PRICES.byteOut,
};

export const USAGE_ITEMS = Object.keys(DOLLARS) as readonly UsageItem[];

export function noUsage(): Usage {
  return {
    sqsRequests: 0,
    dlqRequests: 0,
    writeUnits: 0,
    readUnits: 0,
    lambdaRequests: 0,
    lambdaGbSeconds: 0,
    logBytes: 0,
    bytesOut: 0,
  };
}

/** What `run` used beyond `baseline`. */
export function usageBeyond(run: Usage, baseline: Usage): Usage {
  const difference = noUsage();
  for (const item of USAGE_ITEMS) difference[item] = run[item] - baseline[item];
  return difference;
}

/** US dollars of each item. */
export function costOf(usage: Usage): Usage {
  const cost = noUsage();
  for (const item of USAGE_ITEMS) cost[item] = usage[item] * DOLLARS[item];
  return cost;
}

export function totalOf(cost: Usage): number {
  return USAGE_ITEMS.reduce((sum, item) => sum + cost[item], 0);
}

/** A write counts once for each KiB begun. */
export function writeUnitsOf(bytes: number): number {
  return Math.ceil(bytes / 1_024);
}

/** A consistent read counts once for each 4 KiB begun, and once where it finds nothing. */
export function readUnitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4_096));
}
