import { nameWithUnit, SETTING_ROWS } from '../lambda/contract/setting-variables.ts';
import {
  type NameWithUnit,
  SETTINGS,
  type SettingName,
  type SettingRow,
} from '../lambda/contract/settings.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { kindOf } from './setting-kinds.ts';

type Row<Name extends SettingName> = (typeof SETTINGS)[Name];

interface ValueByKind<Name extends SettingName> {
  readonly number: number;
  readonly duration: number;
  readonly durations: readonly number[];
  readonly choice: Row<Name> extends { readonly choices: readonly (infer Choice)[] } ? Choice : never;
  readonly flag: boolean;
  readonly text: Row<Name> extends { readonly default: string } ? string : string | undefined;
  readonly texts: Row<Name> extends { readonly default: string }
    ? readonly string[]
    : readonly string[] | undefined;
  readonly networks: readonly string[];
  readonly hosts: 'any' | readonly string[];
  readonly object: Name extends keyof CallbackCompletionProps ? CallbackCompletionProps[Name] : never;
}

/** All settings with their defaults, in plain units: durations in seconds. Each has been checked by itself. */
export type SettingValues = {
  readonly [Name in SettingName as NameWithUnit<Name>]: ValueByKind<Name>[Row<Name>['kind']];
};

/** @throws SettingError at the first prop that cannot be used */
export function settingValues(props: CallbackCompletionProps): SettingValues {
  const inProd = props.stage === 'prod';
  const values = SETTING_ROWS.map(([name, row]) => [
    nameWithUnit(name, row),
    checkedOrDefault(name, row, props[name], inProd),
  ]);
  return Object.fromEntries(values);
}

/** Checks one prop by its row. */
export function checkSetting(name: SettingName, given: unknown): void {
  const row: SettingRow = SETTINGS[name];
  kindOf(row)?.check({ name, row }, given);
}

function checkedOrDefault(name: SettingName, row: SettingRow, given: unknown, inProd: boolean): unknown {
  const kind = kindOf(row);
  if (kind === undefined) return given;
  if (given !== undefined) return kind.check({ name, row }, given);
  const standard = defaultOf(row, inProd);
  return standard === undefined
    ? kind.absent
    : kind.check({ name, row }, kind.parse({ name, row }, standard));
}

function defaultOf(row: SettingRow, inProd: boolean): unknown {
  if (inProd && 'defaultInProd' in row) return row.defaultInProd;
  return 'default' in row ? row.default : undefined;
}
