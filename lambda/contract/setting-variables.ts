import {
  type FunctionName,
  SETTINGS,
  type SettingName,
  type SettingRow,
  type SettingVariable,
} from './settings.ts';

export const SETTING_ROWS = Object.entries(SETTINGS) as readonly (readonly [SettingName, SettingRow])[];

/** The settings that can be given as text: `-c name=value`. */
export const SETTINGS_AS_TEXT: readonly string[] = SETTING_ROWS.filter(
  ([, row]) => row.kind !== 'object',
).map(([name]) => name);

/** `retention` is `retentionSeconds`. The type `NameWithUnit` does the same. */
export function nameWithUnit(name: string, row: SettingRow): string {
  if (row.kind === 'duration' || row.kind === 'durations') return `${name}Seconds`;
  return 'unit' in row && row.unit === 'MB' ? `${name}Megabytes` : name;
}

/** `retention` is `RETENTION_SECONDS`. The type `SettingVariable` does the same. */
export function variableName(name: string, row: SettingRow): SettingVariable {
  const words = nameWithUnit(name, row).replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return words.toUpperCase() as SettingVariable;
}

/** The functions that receive a setting. */
export function receiversOf(row: SettingRow): readonly FunctionName[] {
  return ('receivedBy' in row ? row.receivedBy : undefined) ?? [];
}

/** All variables of settings. */
export const SETTING_VARIABLES: readonly SettingVariable[] = SETTING_ROWS.filter(
  ([, row]) => receiversOf(row).length > 0,
).map(([name, row]) => variableName(name, row));
