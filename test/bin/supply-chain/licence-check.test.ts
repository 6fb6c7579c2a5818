import { expect, test } from 'vitest';
import { isAllowed } from '../../../bin/supply-chain/licence-check.ts';

test.each([
  'MIT',
  'Apache-2.0',
  'ISC',
  '(MIT OR GPL-3.0-or-later)',
  'GPL-3.0-only OR MIT',
  'MIT AND ISC',
  '(MIT AND (ISC OR GPL-2.0-only))',
])('%s may be deployed', (licence) => {
  expect(isAllowed(licence, 'deployed')).toBe(true);
  expect(isAllowed(licence, 'tool')).toBe(true);
});

test('MPL-2.0 may be a tool, and is not deployed', () => {
  expect(isAllowed('MPL-2.0', 'tool')).toBe(true);
  expect(isAllowed('MPL-2.0', 'deployed')).toBe(false);
});

test.each([
  undefined,
  '',
  'UNLICENSED',
  'SEE LICENSE IN LICENSE.md',
  'GPL-3.0-only',
  'AGPL-3.0-or-later',
  'MIT AND GPL-3.0-only',
  'GPL-3.0-only OR MIT AND AGPL-3.0-only',
  'MIT OR',
  '(MIT',
  'MIT)',
  'MIT ISC',
])('%s may not', (licence) => {
  expect(isAllowed(licence, 'deployed')).toBe(false);
  expect(isAllowed(licence, 'tool')).toBe(false);
});
