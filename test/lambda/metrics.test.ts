import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { countedIn, deliverTeller, faultTeller, metricFields } from '../../lambda/metrics.ts';
import { deliveringTask } from '../support/entries.ts';

/** Its outcome was stored at this time. */
const COMPLETED_MS = 1_764_000_005_000;

const delivering = (fields: Partial<Entry> = {}): Entry =>
  deliveringTask({
    outcome: { status: 'completed', completed_at_ms: COMPLETED_MS, result: { json: '{}' } },
    ...fields,
  });

const attempt = { attempt: 1, at_ms: COMPLETED_MS + 1_000, duration_ms: 40 };

describe('what a step of deliver counts', () => {
  it('a callback that is delivered, and how long that took from its outcome on', () => {
    expect(countedIn('delivered', delivering(), { ...attempt, status_code: 200 })).toEqual({
      CallbackSuccess: 1,
      CallbackLatencyMs: 1_040,
    });
  });

  it('one that was redriven or replayed, but not how long it lay dead', () => {
    expect(countedIn('delivered', delivering({ generation: 1 }), attempt)).toEqual({ CallbackSuccess: 1 });
  });

  it('never less than no time, where the clocks of two functions differ', () => {
    const early = { ...attempt, at_ms: COMPLETED_MS - 500 };

    expect(countedIn('delivered', delivering(), early)).toMatchObject({ CallbackLatencyMs: 0 });
  });

  it('an attempt that failed, also the last one, as a point of 0 in the metric of those that succeed', () => {
    expect(countedIn('attempt-failed', delivering(), attempt)).toEqual({ CallbackSuccess: 0 });
    expect(countedIn('dead', delivering(), attempt)).toEqual({ CallbackSuccess: 0 });
  });

  it('in a total outage no less than else: how many attempts, and that none of them succeeded', () => {
    const points = ['attempt-failed', 'attempt-failed', 'dead'].map(
      (step) => countedIn(step, delivering(), attempt).CallbackSuccess,
    );

    expect(points).toEqual([0, 0, 0]);
  });

  it('nothing, where no attempt was made or the ledger had counted it before', () => {
    expect(countedIn('dead', delivering(), {})).toEqual({});
    expect(countedIn('held-back', delivering(), {})).toEqual({});
    expect(countedIn('delivered-again', delivering(), attempt)).toEqual({});
  });
});

describe('the embedded metric format', () => {
  it('names the metrics beside their values, in a namespace of their own and without dimensions', () => {
    expect(metricFields('Shop/Tasks', COMPLETED_MS, { CallbackSuccess: 1, CallbackLatencyMs: 12 })).toEqual({
      _aws: {
        Timestamp: 1_764_000_005_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Shop/Tasks',
            Dimensions: [[]],
            Metrics: [{ Name: 'CallbackSuccess' }, { Name: 'CallbackLatencyMs' }],
          },
        ],
      },
      CallbackSuccess: 1,
      CallbackLatencyMs: 12,
    });
  });

  it('is nothing where nothing is counted', () => {
    expect(metricFields('Shop/Tasks', COMPLETED_MS, {})).toEqual({});
  });
});

describe('the lines', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function linesOf(log: () => void): Record<string, unknown>[] {
    const written: string[] = [];
    const keep = (chunk: unknown) => written.push(String(chunk)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    log();
    return written.map((line) => JSON.parse(line));
  }

  it('a failed attempt is one line, which tells and counts; its time is told once', () => {
    const failed = { ...attempt, status_code: 503, next_attempt_at: '2025-11-24T16:00:11.040Z' };

    const [line, ...others] = linesOf(() =>
      deliverTeller('Shop/Tasks')('attempt-failed', delivering(), failed),
    );

    expect(others).toEqual([]);
    expect(line).toMatchObject({
      step: 'attempt-failed',
      attempt: 1,
      duration_ms: 40,
      status_code: 503,
      next_attempt_at: '2025-11-24T16:00:11.040Z',
      CallbackSuccess: 0,
      _aws: {
        Timestamp: 1_764_000_006_000,
        CloudWatchMetrics: [{ Namespace: 'Shop/Tasks', Metrics: [{ Name: 'CallbackSuccess' }] }],
      },
    });
    expect(line).not.toHaveProperty('at_ms');
  });

  it('a step that counts nothing is told as it is', () => {
    const [line] = linesOf(() => deliverTeller('Shop/Tasks')('delivered-again', delivering(), attempt));

    expect(line).toMatchObject({ step: 'delivered-again', at_ms: 1_764_000_006_000 });
    expect(line).not.toHaveProperty('_aws');
  });

  it('a message that failed is told, and counted where Lambda counts no error', () => {
    const [line] = linesOf(() => faultTeller('Shop/Tasks')(new RangeError('a secret'), 'a-message'));

    expect(line).toMatchObject({
      level: 'ERROR',
      message: 'item failed',
      message_id: 'a-message',
      MessagesFailed: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'Shop/Tasks', Metrics: [{ Name: 'MessagesFailed' }] }] },
    });
  });
});
