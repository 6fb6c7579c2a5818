import { describe, expect, it } from 'vitest';
import { STATES, type State } from '../../../lambda/contract/states.ts';
import { type Entry, nextDeliverStep, nextRunStep } from '../../../lambda/ledger/entry.ts';
import { acceptedTask } from '../../support/entries.ts';

const NOW_MS = 1_764_000_000_000;
const RUN = { nowMs: NOW_MS, maxRuns: 3 };

const PRESENT = { generation: 2 };
const OLDER = { generation: 1 };
const NEWER = { generation: 3 };

const UNSETTLED: State[] = ['accepted', 'running', 'delivering', 'dead'];

function entry(state: State, differences: Partial<Entry> = {}): Entry {
  return acceptedTask({ state, generation: 2, not_before_ms: NOW_MS, ...differences });
}

function running(differences: Partial<Entry>): Entry {
  return entry('running', { lease_token: 'another-token', runs: 1, ...differences });
}

describe('a message of another life', () => {
  it.each(STATES)('is answered already where it is older (%s)', (state) => {
    expect(nextRunStep(entry(state), OLDER, RUN)).toEqual({ do: 'acknowledge' });
    expect(nextDeliverStep(entry(state), OLDER, NOW_MS)).toEqual({ do: 'acknowledge' });
  });

  it.each(UNSETTLED)('waits for the ledger where it is newer (%s)', (state) => {
    const putBack = { do: 'put-back', why: 'the message is newer than the ledger' };

    expect(nextRunStep(entry(state), NEWER, RUN)).toEqual(putBack);
    expect(nextDeliverStep(entry(state), NEWER, NOW_MS)).toEqual(putBack);
  });

  it.each(['delivered', 'completed'] as const)('has nothing to wait for where all is done (%s)', (state) => {
    expect(nextRunStep(entry(state), NEWER, RUN)).toEqual({ do: 'acknowledge' });
    expect(nextDeliverStep(entry(state), NEWER, NOW_MS)).toEqual({ do: 'acknowledge' });
  });
});

describe('an entry in a state of a newer version', () => {
  const paused = { ...entry('accepted'), state: 'paused' as State };

  it('is an error that names the state, so that the message comes back', () => {
    const message = `task ${paused.task_id} is in the state "paused", which this version does not know`;

    expect(() => nextRunStep(paused, PRESENT, RUN)).toThrow(message);
    expect(() => nextDeliverStep(paused, PRESENT, NOW_MS)).toThrow(message);
  });
});

describe('run, whose claim was refused,', () => {
  it('waits out what is left of a live lease', () => {
    expect(nextRunStep(running({ lease_expires_at_ms: NOW_MS + 42_000 }), PRESENT, RUN)).toEqual({
      do: 'put-back',
      waitMs: 42_000,
      why: 'another run holds the lease',
    });
  });

  it('comes back at once where the lease has lapsed meanwhile and runs are left', () => {
    expect(nextRunStep(running({ lease_expires_at_ms: NOW_MS - 1, runs: 2 }), PRESENT, RUN)).toEqual({
      do: 'put-back',
      waitMs: 0,
      why: 'the lease lapsed while it was looked at',
    });
  });

  it('gives a task up whose last run has lapsed', () => {
    expect(nextRunStep(running({ lease_expires_at_ms: NOW_MS - 1, runs: 3 }), PRESENT, RUN)).toEqual({
      do: 'give-up-running',
    });
  });

  it('never gives up a last run that is still alive', () => {
    expect(nextRunStep(running({ lease_expires_at_ms: NOW_MS + 1, runs: 3 }), PRESENT, RUN)).toMatchObject({
      do: 'put-back',
      waitMs: 1,
    });
  });

  it('waits for the time of a task that is not due, be it near or distant', () => {
    expect(nextRunStep(entry('accepted', { not_before_ms: NOW_MS + 120_000 }), PRESENT, RUN)).toEqual({
      do: 'wait',
      untilMs: NOW_MS + 120_000,
    });
    expect(nextRunStep(entry('accepted', { not_before_ms: NOW_MS + 86_400_000 }), PRESENT, RUN)).toEqual({
      do: 'wait',
      untilMs: NOW_MS + 86_400_000,
    });
  });

  it('tries again where the task became free meanwhile', () => {
    expect(nextRunStep(entry('accepted'), PRESENT, RUN)).toMatchObject({ do: 'put-back', waitMs: 0 });
  });

  it.each([
    ['delivering', { do: 'forward', to: 'callbacks' }],
    ['dead', { do: 'forward', to: 'callbacks' }],
    ['delivered', { do: 'acknowledge' }],
    ['completed', { do: 'acknowledge' }],
  ] as const)('with a task that is %s: %o', (state, step) => {
    expect(nextRunStep(entry(state), PRESENT, RUN)).toEqual(step);
  });
});

describe('deliver', () => {
  it.each([
    ['accepted', { do: 'forward', to: 'tasks' }],
    ['running', { do: 'forward', to: 'tasks' }],
    ['delivering', { do: 'post' }],
    ['delivered', { do: 'acknowledge' }],
    ['completed', { do: 'acknowledge' }],
    ['dead', { do: 'revive' }],
  ] as const)('with a task that is %s: %o', (state, step) => {
    expect(nextDeliverStep(entry(state), PRESENT, NOW_MS)).toEqual(step);
  });

  it('posts at the time of the next attempt, and waits for it before', () => {
    const due = (atMs: number) =>
      nextDeliverStep(entry('delivering', { next_attempt_at_ms: atMs }), PRESENT, NOW_MS);

    expect(due(NOW_MS)).toEqual({ do: 'post' });
    expect(due(NOW_MS + 1)).toEqual({ do: 'wait', untilMs: NOW_MS + 1 });
    expect(due(NOW_MS + 120_000)).toEqual({ do: 'wait', untilMs: NOW_MS + 120_000 });
    expect(due(NOW_MS + 86_400_000)).toEqual({ do: 'wait', untilMs: NOW_MS + 86_400_000 });
  });
});
