import { describe, expect, it } from 'vitest';
import { processFacts, treeMemory } from '../../../bench/local-stack/process-tree.ts';

const MB = 1024 * 1024;

describe('the memory of a process tree', () => {
  it('is that of the process and of all that it started, directly or not', () => {
    const all = [
      { pid: 1, parentPid: 0, residentBytes: 500 * MB },
      { pid: 10, parentPid: 1, residentBytes: 50 * MB },
      { pid: 12, parentPid: 11, residentBytes: 70 * MB },
      { pid: 11, parentPid: 10, residentBytes: 200 * MB },
      { pid: 20, parentPid: 1, residentBytes: 900 * MB },
    ];

    expect(treeMemory(10, all)).toEqual({ residentMb: 320, processes: 3 });
  });

  it('is none of a process that has ended', () => {
    expect(treeMemory(10, [{ pid: 1, parentPid: 0, residentBytes: MB }])).toEqual({
      residentMb: 0,
      processes: 0,
    });
  });

  it('is read in pages from a line of /proc, whatever the name of the program', () => {
    const name = '(npm start) (x)';
    const before = ['S', '4321', ...Array.from({ length: 19 }, () => '0')];

    expect(processFacts(`1234 (${name}) ${[...before, '256', '0'].join(' ')}`)).toEqual({
      pid: 1234,
      parentPid: 4321,
      residentBytes: MB,
    });
  });
});
