import { describe, expect, it } from 'vitest';
import { meanOf, partNamed, usedBetween } from '../../../bench/drain/threads.ts';

describe('the parts of a local stack', () => {
  it.each([
    ['PipelineDeliver', 'deliver'],
    ['V8Worker', 'garbage collection and compiling'],
    ['libuv-worker', 'LevelDB and other files'],
    ['MainThread', 'engines and poller'],
  ])('takes the thread %s for %s', (name, part) => {
    expect(partNamed(name)).toBe(part);
  });

  it('have each used so much CPU time a callback', () => {
    const before = { deliver: 1_000, 'engines and poller': 500 };
    const after = { deliver: 2_000, 'engines and poller': 900, 'LevelDB and other files': 100 };
    expect(usedBetween(before, after, 1_000)).toEqual({
      deliver: 1,
      'engines and poller': 0.4,
      'LevelDB and other files': 0.1,
    });
  });

  it('are told in the mean of turns, also one that was not there in each', () => {
    expect(meanOf([{ deliver: 1 }, { deliver: 1.5, 'LevelDB and other files': 0.1 }])).toEqual({
      deliver: 1.25,
      'LevelDB and other files': 0.05,
    });
    expect(meanOf([])).toEqual({});
  });
});
