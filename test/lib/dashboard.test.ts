import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { synthesize, unbundledApp } from '../support/synthesize.ts';
import { resources, values } from '../support/template-resources.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly unknown[];
  };
}

/** The dashboard's widgets; what only CloudFormation knows is an X. */
function widgets(): Widget[] {
  const [body] = values('AWS::CloudWatch::Dashboard', 'DashboardBody') as {
    readonly 'Fn::Join': [string, readonly unknown[]];
  }[];
  const [separator, parts] = body?.['Fn::Join'] ?? ['', []];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'X')).join(separator);
  return JSON.parse(text).widgets;
}

describe('the dashboard', () => {
  test('shows the pipeline, then a row for each stage in the order a task meets them', () => {
    const [picture, ...others] = widgets();
    const rows = others.filter(({ type }) => type === 'text');

    expect(picture?.properties.markdown).toContain('[tasks queue] ─▶ run ─▶ [callbacks queue] ─▶ deliver');
    expect(rows.map(({ properties }) => /\*\*(.+?)\*\*/.exec(properties.markdown ?? '')?.[1])).toEqual([
      'API',
      'Tasks queue',
      'Run',
      'Callbacks queue',
      'Deliver',
      'Wake',
    ]);
  });

  test('has graphs beside each of them', () => {
    const graphs = widgets().filter(({ type }) => type === 'metric');
    const rows = Map.groupBy(graphs, ({ y }) => y);

    expect([...rows.values()].map((row) => row.map(({ properties }) => properties.title))).toEqual([
      ['requests', 'answers take, ms', 'invocations'],
      ['messages', 'oldest, s', 'came and went'],
      ['a run takes, ms', 'at once', 'invocations'],
      ['messages', 'oldest, s', 'came and went'],
      ['attempts', 'answered 2xx, %', 'from outcome to delivery, ms', 'invocations'],
      ['invocations', 'faults', 'oldest timer is overdue, s', 'dead letters'],
    ]);
    // No row is wider than the dashboard: CloudWatch would break it.
    for (const row of rows.values()) {
      for (const { x, width } of row) expect(x + width).toBeLessThanOrEqual(24);
    }
  });

  test('tells how many attempts were delivered and how many failed, of one metric', () => {
    const attempts = widgets().find(({ properties }) => properties.title === 'attempts')?.properties.metrics;

    expect(attempts).toEqual([
      [
        'CallbackCompletion/Pipeline',
        'CallbackSuccess',
        { id: 'delivered', label: 'delivered', stat: 'Sum' },
      ],
      [{ expression: 'attempts - delivered', label: 'failed' }],
      [
        'CallbackCompletion/Pipeline',
        'CallbackSuccess',
        { id: 'attempts', label: 'attempts', stat: 'SampleCount', visible: false },
      ],
    ]);
  });

  test('has at most 50 metrics, with which it is one of the three that an account has for nothing', () => {
    const metrics = widgets().flatMap(({ properties }) => properties.metrics ?? []);

    expect(metrics.length).toBeGreaterThan(30);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  test('can be done without', () => {
    expect(resources('AWS::CloudWatch::Dashboard', synthesize({ dashboard: 'false' }))).toEqual([]);
    expect(
      new CallbackCompletion(new Stack(unbundledApp(), 'Shop'), 'Tasks', { dashboard: false }).dashboard,
    ).toBe(undefined);
  });
});
