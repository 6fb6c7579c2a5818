import { describe, expect, it } from 'vitest';
import { printedProgress } from '../../local/progress.ts';

const printed = (isQuiet: boolean) => {
  const lines: string[] = [];
  const progress = printedProgress(isQuiet, (line) => lines.push(line));
  progress('Synthesizing the app');
  return lines;
};

describe('progress', () => {
  it('is a line as each step begins', () => {
    expect(printed(false)).toEqual(['  Synthesizing the app…']);
  });

  it('is not shown to who wants quiet', () => {
    expect(printed(true)).toEqual([]);
  });
});
