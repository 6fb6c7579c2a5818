import { describe, expect, it } from 'vitest';
import { sessionToken } from '../../../../console/page/model/session-token.ts';

/** A tab: what it keeps, and what its address bar shows. */
function tab(hash: string, kept = new Map<string, string>()) {
  const replaced: string[] = [];
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return {
    kept,
    replaced,
    surroundings: { hash, storage, replaceHash: (next: string) => void replaced.push(next) },
  };
}

describe('the session’s token', () => {
  it('is taken out of the address and kept for the tab', () => {
    const first = tab('#token=s3cret');

    expect(sessionToken(first.surroundings)).toBe('s3cret');
    expect(first.replaced).toEqual(['#/']);

    const reloaded = tab('#/tasks', first.kept);
    expect(sessionToken(reloaded.surroundings)).toBe('s3cret');
    expect(reloaded.replaced).toEqual([]);
  });

  it('leaves the view that the address asks for besides', () => {
    const { surroundings, replaced } = tab('#token=s3cret&/tasks?status=dead');

    expect(sessionToken(surroundings)).toBe('s3cret');
    expect(replaced).toEqual(['#/tasks?status=dead']);
  });

  it('of a new start counts, and not the one before', () => {
    const { surroundings, kept } = tab('#token=old');
    sessionToken(surroundings);

    expect(sessionToken(tab('#token=new', kept).surroundings)).toBe('new');
    expect(sessionToken(tab('#/', kept).surroundings)).toBe('new');
  });

  it('is none on the local stack', () => {
    expect(sessionToken(tab('#/').surroundings)).toBeUndefined();
  });
});
