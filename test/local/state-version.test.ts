import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../lambda/contract/version.ts';
import { claimStateVersion, StateVersionError } from '../../local/state-version.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

function stateWith(marker?: string) {
  const path = temporaryDirectory();
  const state = { path, file: (name: string) => join(path, name) };
  writeFileSync(state.file('inbox.jsonl'), '');
  if (marker !== undefined) writeFileSync(state.file('version.json'), marker);
  return { ...state, marker: () => readFileSync(state.file('version.json'), 'utf8') };
}

describe('the version of a state', () => {
  it.each([
    ['from before states were marked', undefined],
    ['of an earlier version that kept it alike', '{"format":1,"version":"0.0.9"}'],
  ])('becomes this one where it is %s', (_whose, marker) => {
    const state = stateWith(marker);

    claimStateVersion(state);

    expect(JSON.parse(state.marker())).toEqual({ format: 1, version: VERSION });
    claimStateVersion(state);
  });

  it.each([
    ['another format', '{"format":2,"version":"2.0.0"}', 'holds the state of version 2.0.0 (format 2)'],
    ['what cannot be read', '{', 'a version that cannot be told from version.json'],
    ['what makes no sense', '{"format":"one"}', 'a version that cannot be told from version.json'],
  ])('is not taken over from %s, of which nothing is touched', (_what, marker, told) => {
    const state = stateWith(marker);

    expect(() => claimStateVersion(state)).toThrow(StateVersionError);
    expect(() => claimStateVersion(state)).toThrow(told);
    expect(() => claimStateVersion(state)).toThrow('npm start -- --state DIR');

    expect(state.marker()).toBe(marker);
    expect(readdirSync(state.path).sort()).toEqual(['inbox.jsonl', 'version.json']);
  });
});
