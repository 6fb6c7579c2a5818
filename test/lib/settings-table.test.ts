import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CALLBACK_FORMATS } from '../../lambda/contract/formats.ts';
import { SETTINGS, type SettingName, type SettingRow } from '../../lambda/contract/settings.ts';

const SOURCE = readFileSync(join(import.meta.dirname, '../../lib/callback-completion-props.ts'), 'utf8');

interface Prop {
  readonly name: string;
  readonly type: string;
  /** The docstring as one line, without its `@default`. */
  readonly text: string;
  readonly defaultText: string;
}

/** The documented props, as an editor shows them. */
const PROPS: readonly Prop[] = [
  ...(SOURCE.split('export interface CallbackCompletionProps ')[1] ?? '').matchAll(
    / {2}\/\*\*\n((?: {3}\*.*\n)+?) {3}\*\/\n {2}readonly (\w+)\?: ([^;]+);/g,
  ),
].map(([, comment = '', name = '', type = '']) => {
  const line = comment
    .replaceAll(/^ {3}\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [text = '', defaultText = ''] = line.split(' @default ');
  return { name, type, text, defaultText };
});

const rowOf = (name: string): SettingRow => SETTINGS[name as SettingName];

/** `90s` as docstrings have it: `90 s`. */
const spaced = (duration: string) => duration.replace(/([smhd])$/, ' $1');

/** What the docstring must say of the values that are allowed. */
function rangeText(row: SettingRow): string[] {
  switch (row.kind) {
    case 'number': {
      if (row.range === undefined) return [];
      const [min, max] = [row.range.min, row.range.max].map((end) => end.toLocaleString('en-US'));
      return [` ${min} to ${max}`];
    }
    case 'duration':
      return [` ${spaced(row.range.min)} to ${spaced(row.range.max)}, in whole seconds`];
    case 'durations':
      return [
        `${countText(row)} of ${spaced(row.range.min)} to ${spaced(row.range.max)} each, in whole seconds`,
      ];
    case 'networks':
    case 'hosts':
      return [countText(row)];
    case 'choice':
      // The type lists the formats, so that a new one needs no edit there.
      if (row.choices === CALLBACK_FORMATS) return ['One of the formats in docs/callbacks.md'];
      return row.choices.map((choice) => `\`${choice}\``);
    case 'flag':
    case 'text':
    case 'texts':
    case 'object':
      return [];
  }
}

function countText({ items: { min, max, noun } }: Extract<SettingRow, { items: unknown }>): string {
  return ` ${min === 0 ? 'Up' : min} to ${max} ${noun}`;
}

/** How the docstring's `@default` begins. */
function defaultText(row: SettingRow): string {
  const standard = 'default' in row ? row.default : undefined;
  if (standard === undefined) return '- ';
  if ('defaultInProd' in row) return `- ${standard}; ${row.defaultInProd} where \`stage\` is \`prod\``;
  return String(standard);
}

const TYPES: Readonly<Record<SettingRow['kind'], RegExp>> = {
  number: /^(number|RetentionDays)$/,
  duration: /^Duration$/,
  durations: /^readonly Duration\[\]$/,
  choice: /./,
  flag: /^boolean$/,
  text: /^string$/,
  texts: /^(string \| )?readonly string\[\]$/,
  networks: /^readonly string\[\]$/,
  hosts: /^readonly string\[\]$/,
  object: /./,
};

describe('the table of settings', () => {
  test('has a row for every prop, and no other, in the same order', () => {
    expect(PROPS.length).toBeGreaterThan(20);
    expect(Object.keys(SETTINGS)).toEqual(PROPS.map(({ name }) => name));
  });

  test.each(PROPS)('has the range that the prop $name documents', ({ name, text }) => {
    for (const expected of rangeText(rowOf(name))) expect(` ${text}`).toContain(expected);
  });

  test.each(PROPS)('has the default that the prop $name documents', ({ name, defaultText: documented }) => {
    const expected = defaultText(rowOf(name));
    const written =
      name === 'removalPolicy' ? documented.replace('RemovalPolicy.', '').toLowerCase() : documented;
    expect(written.slice(0, expected.length)).toBe(expected);
    // What follows, if anything, is an explanation.
    expect(written.slice(expected.length)).toMatch(expected === '- ' ? /./ : /^( \(|$)/);
  });

  test.each(PROPS)('has a kind that fits the type of the prop $name', ({ name, type }) => {
    expect(type).toMatch(TYPES[rowOf(name).kind]);
  });
});
