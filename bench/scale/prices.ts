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

/**
 * US dollars for one unit: list prices of us-east-1 in November 2026, the first tier, without the free tier. A request
 * about messages with a group costs 0.10 more in a million (fair queues); here every request to such a queue does.
 */
export const DOLLARS: Readonly<Usage> = {
  sqsRequests: (0.4 + 0.1) / 1e6,
  dlqRequests: 0.4 / 1e6,
  writeUnits: 0.625 / 1e6,
  readUnits: 0.125 / 1e6,
  lambdaRequests: 0.2 / 1e6,
  lambdaGbSeconds: 0.000_013_333_4,
  logBytes: 0.5 / 1e9,
  bytesOut: 0.09 / 1e9,
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
