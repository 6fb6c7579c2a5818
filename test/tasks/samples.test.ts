import { RetryableTaskError } from 'callback-completion/task';
import { runTask } from 'callback-completion/testing';
import { describe, expect, it } from 'vitest';
import * as fail from '../../tasks/samples/fail.ts';
import * as manualReview from '../../tasks/samples/manual-review.ts';
import * as sleep from '../../tasks/samples/sleep.ts';

describe('sleep', () => {
  it('waits, and returns how long', async () => {
    expect(await runTask(sleep, { seconds: 0.01 })).toEqual({ slept_seconds: 0.01 });
  });

  it('accepts at most 15 minutes', async () => {
    await expect(runTask(sleep, { seconds: 901 })).rejects.toThrow(
      "the input does not fit the task's schema: input.seconds: too big: expected number to be <=900",
    );
  });
});

describe('fail', () => {
  it('fails for good, with the message from its input', async () => {
    await expect(runTask(fail)).rejects.toThrow(new Error('this task always fails'));
    await expect(runTask(fail, { message: 'no paper' })).rejects.toThrow(new Error('no paper'));
  });

  it('asks for another run `times` times, then succeeds', async () => {
    await expect(runTask(fail, { times: 2 })).rejects.toThrow(RetryableTaskError);
    await expect(runTask(fail, { times: 2 }, { run: 2 })).rejects.toThrow(
      'this task always fails (run 2 of 3)',
    );
    expect(await runTask(fail, { times: 2 }, { run: 3 })).toEqual({ runs: 3 });
    expect(await runTask(fail, { times: 0 })).toEqual({ runs: 1 });
  });
});

describe('manual-review', () => {
  it('is external, so it has no work here', () => {
    expect(manualReview.definition.external).toBe(true);
    expect(Object.keys(manualReview)).toEqual(['definition']);
  });
});
