import type { Share } from '../deliver-cpu/profile.ts';
import type { BenchResult } from '../result.ts';
import { bars } from './bars.ts';
import { type Drawing, svgOf } from './svg.ts';

interface DeliverCpuResult extends BenchResult {
  readonly deliverUs: number;
  readonly bareUs: number;
  /** One write of the ledger, by the SDK alone. */
  readonly callUs: number;
  readonly profile: readonly Share[];
}

/** Of the bare loop's. */
const LIMIT = 2.5;

/** What a callback costs beside a bare POST, and where that goes. */
export function drawDeliverCpu(result: BenchResult): Drawing {
  const { deliverUs, bareUs, callUs, profile } = result as DeliverCpuResult;
  const about = 'CPU time of deliver for each callback beside a bare POST, and where it goes';
  const partOf = (value: number) => [{ name: 'µs', value }];
  const both = bars({
    title: 'CPU time for each callback, in microseconds',
    bars: [
      { name: 'a bare POST', parts: partOf(bareUs), told: `${bareUs}` },
      { name: 'one UpdateItem by the SDK', parts: partOf(callUs), told: `${callUs}` },
      {
        name: 'deliver',
        parts: partOf(deliverUs),
        told: `${deliverUs}`,
        limit: { value: LIMIT * bareUs, told: `target: ${LIMIT} × a bare POST` },
      },
    ],
  });
  const where = bars({
    title: 'Where deliver’s time goes, in microseconds',
    about: 'Shares of a profile, of the time above.',
    bars: profile.map(({ group, share }) => ({
      name: group,
      parts: partOf(share * deliverUs),
      told: `${Math.round(share * deliverUs)}`,
    })),
  });
  return [about, svgOf(about, [both, where])];
}
