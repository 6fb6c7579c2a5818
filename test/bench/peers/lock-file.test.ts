import { describe, expect, it } from 'vitest';
import { differencesFrom, type NamedVersion } from '../../../bench/peers/lock-file.ts';

const LOCK = {
  packages: {
    '': {},
    'node_modules/pg': { version: '8.1.0' },
    'node_modules/pg/node_modules/@ioredis/commands': { version: '1.0.0' },
    'node_modules/msgpackr-extract-darwin': { version: '3.0.3', optional: true },
  },
};

/** What differs where this is installed. */
function differences(installed: Readonly<Record<string, NamedVersion>>): string[] {
  return differencesFrom(LOCK, (path) => installed[path]);
}

const PG = { 'node_modules/pg': { name: 'pg', version: '8.1.0' } };
const NESTED = {
  'node_modules/pg/node_modules/@ioredis/commands': { name: '@ioredis/commands', version: '1.0.0' },
};

describe('what is installed', () => {
  it('is as the lock file says, without what is for other platforms', () => {
    expect(differences({ ...PG, ...NESTED })).toEqual([]);
  });

  it('differs by what is missing', () => {
    expect(differences(PG)).toEqual(['node_modules/pg/node_modules/@ioredis/commands is missing']);
  });

  it('differs by a version, and by what is called otherwise', () => {
    expect(differences({ 'node_modules/pg': { name: 'pg', version: '8.0.0' }, ...NESTED })).toEqual([
      'node_modules/pg is pg 8.0.0, not pg 8.1.0',
    ]);
    expect(differences({ 'node_modules/pg': { name: 'pq', version: '8.1.0' }, ...NESTED })).toEqual([
      'node_modules/pg is pq 8.1.0, not pg 8.1.0',
    ]);
  });

  it('differs by the version of what might have been missing', () => {
    const extract = { name: 'msgpackr-extract-darwin', version: '3.0.2' };

    expect(differences({ ...PG, ...NESTED, 'node_modules/msgpackr-extract-darwin': extract })).toEqual([
      'node_modules/msgpackr-extract-darwin is msgpackr-extract-darwin 3.0.2, not msgpackr-extract-darwin 3.0.3',
    ]);
  });
});
