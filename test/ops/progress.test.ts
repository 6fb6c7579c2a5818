import { describe, expect, it } from 'vitest';
import { bar, progress } from '../../ops/progress.ts';

function watched(json: boolean, isTerminal: boolean) {
  const drawn: string[] = [];
  const lines: string[] = [];
  const clock = { ms: 0 };
  const terminal = {
    err: (text: string) => lines.push(text),
    draw: isTerminal ? (text: string) => drawn.push(text) : undefined,
  };
  return { drawn, lines, clock, told: progress('redriving', 200, terminal, json, () => clock.ms) };
}

describe('progress', () => {
  it('is a bar on a terminal, drawn ten times a second at most, and gone at the end', () => {
    const { drawn, lines, clock, told } = watched(false, true);
    told.advance(10);
    clock.ms = 99;
    told.advance(10);
    clock.ms = 100;
    told.advance(80);
    told.end();

    expect(drawn).toEqual([
      '\r\u001b[Kredriving  ███████████████░░░░░░░░░░░░░░░  100 of about 200',
      '\r\u001b[K',
    ]);
    expect(lines).toEqual([]);
  });

  it('is a line every ten seconds where there is no terminal', () => {
    const { lines, clock, told } = watched(false, false);
    for (clock.ms = 1_000; clock.ms <= 21_000; clock.ms += 1_000) told.advance(10);
    told.end();

    expect(lines).toEqual(['redriving: 100 of about 200', 'redriving: 200 of about 200']);
  });

  it('is silent with --json', () => {
    const { drawn, lines, clock, told } = watched(true, true);
    clock.ms = 60_000;
    told.advance(10);
    told.end();

    expect([...drawn, ...lines]).toEqual([]);
  });

  it('never shows more than there is, nor a bar of an unknown total', () => {
    expect(bar('looking', 12, 10)).toBe('looking  ██████████████████████████████  12 of about 12');
    expect(bar('looking', 12, 0)).toBe('looking  12');
  });
});
