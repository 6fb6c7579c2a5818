import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../lambda/contract/metrics.ts';
import { metricFields } from '../../lambda/metrics.ts';
import { values } from '../support/template-resources.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
const scale = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');

const metricsOfAlarms = (
  values('AWS::CloudWatch::Alarm', 'Metrics') as (readonly object[] | undefined)[]
).map((metrics) => metrics?.filter((metric) => 'MetricStat' in metric).length ?? 1);

/** What the metrics add to a line, with the comma before them. */
const bytesOf = (counted: object) =>
  JSON.stringify(metricFields('CallbackCompletion/Pipeline', 1_764_000_006_000, counted)).length - 1;

describe('docs/metrics.md', () => {
  it('has a row for each metric of our own', () => {
    const rows = [...page.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name);

    expect(new Set(rows)).toEqual(new Set(Object.values(METRICS)));
  });

  it('tells how many alarms there are and what they are billed by', () => {
    const billed = metricsOfAlarms.reduce((sum, count) => sum + count, 0);

    expect(page).toContain(`${metricsOfAlarms.length} alarms, one dashboard and four metrics`);
    expect(page).toContain(
      `| alarms | ${metricsOfAlarms.length}, which look at ${billed} metrics | $0.10 a metric | $${(billed / 10).toFixed(2)} |`,
    );
  });

  it('tells how much the dashboard shows', () => {
    const [body] = values('AWS::CloudWatch::Dashboard', 'DashboardBody') as {
      readonly 'Fn::Join': [string, readonly unknown[]];
    }[];
    const text = body?.['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'X')).join('') ?? '';
    const widgets: { properties: { metrics?: unknown[] } }[] = JSON.parse(text).widgets;
    const shown = widgets.reduce((sum, { properties }) => sum + (properties.metrics?.length ?? 0), 0);

    expect(page).toContain(`| dashboard | 1, with ${shown} metrics |`);
  });

  it('tells what the metrics add to a line', () => {
    expect(page).toContain(
      `1 of one answered 2xx, 0 of one that failed, the last one too | ${bytesOf({ CallbackSuccess: 0 })} |`,
    );
    expect(page).toContain(
      `redriven or replayed | ${bytesOf({ CallbackSuccess: 1, CallbackLatencyMs: 1_040 })}, with the one above |`,
    );
    expect(page).toContain(`for either | ${bytesOf({ MessagesFailed: 1 })} |`);
    expect(page).toContain(`nothing is overdue | ${bytesOf({ OldestOverdueTimerSeconds: 600 })} |`);
  });

  it('tells of lines and cost what docs/scale.md has measured', () => {
    const [, , failed, , heldBack, dollars] =
      /grew from (\d+) to (\d+) bytes.+shrank from (\d+) to\s(\d+)\..+now cost (\$[\d.]+) where hosts refuse/s.exec(
        page,
      ) ?? [];

    expect(scale).toContain(`a failed attempt ${failed} bytes, one held back ${heldBack},`);
    expect(scale).toContain(`| dead hosts refuse | cost of the three days | ≤ $25 | ${dollars} |`);
  });
});
