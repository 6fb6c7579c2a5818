import { describe, expect, it } from 'vitest';
import {
  deadCount,
  REASON_WORDS,
  redrivenTasks,
  redriveQuestion,
} from '../../../../console/page/model/dead-letters.ts';
import { LETTER_REASONS } from '../../../../ops/dlq/letter.ts';

const EMPTY = { visible: 0, in_flight: 0, delayed: 0, oldest_age_seconds: null };

describe('dead letters', () => {
  it('do not become fewer while somebody looks at them', () => {
    const dead_letters = { ...EMPTY, visible: 1, in_flight: 3 };

    expect(deadCount({ queues: { tasks: EMPTY, callbacks: EMPTY, dead_letters } })).toBe(4);
  });

  it('have words for each reason', () => {
    expect(Object.keys(REASON_WORDS)).toEqual([...LETTER_REASONS]);
  });
});

describe('the question before a redrive', () => {
  it('tells how many', () => {
    expect(redriveQuestion({ sendable: 4, more: false, limit: undefined })).toBe(
      'Redrive about 4 callbacks?',
    );
    expect(redriveQuestion({ sendable: 1, more: false, limit: 5 })).toBe('Redrive about 1 callback?');
    expect(redriveQuestion({ sendable: 4, more: true, limit: 2 })).toBe('Redrive about 2 callbacks?');
  });

  it('promises no more than was counted', () => {
    expect(redriveQuestion({ sendable: 100, more: true, limit: undefined })).toBe(
      'Redrive at least 100 callbacks?',
    );
    expect(redriveQuestion({ sendable: undefined, more: false, limit: undefined })).toBe(
      'Redrive these callbacks?',
    );
  });
});

it('what was redriven is found by the receiver and the task that all were of', () => {
  const row = { host: 'a.example', task_name: 'sleep', reason: 'gone', count: 1 };

  expect(redrivenTasks([row])).toEqual({ host: 'a.example', task: 'sleep' });
  expect(redrivenTasks([row, { ...row, host: 'b.example' }])).toEqual({ task: 'sleep' });
  expect(redrivenTasks([{ ...row, host: null, task_name: null }])).toEqual({});
  expect(redrivenTasks([])).toEqual({});
});
