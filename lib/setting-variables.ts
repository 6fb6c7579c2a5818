import type { FunctionName, SettingRow, SettingVariable } from '../lambda/contract/settings.ts';
import { maxTaskSeconds, type PipelineSettings } from './pipeline-settings.ts';
import { kindOf } from './setting-kinds.ts';
import { nameWithUnit, SETTING_ROWS } from './setting-values.ts';

/** What functions receive of settings that they do not take as they were given. */
const SPECIAL: Readonly<Record<string, (settings: PipelineSettings) => string>> = {
  runTimeout: (settings) => String(maxTaskSeconds(settings)),
  auth: ({ auth }) => auth.kind,
};

/** The environment variables of the settings that a function receives, with their values. */
export function settingVariables(
  receiver: FunctionName,
  settings: PipelineSettings,
): (readonly [SettingVariable, string])[] {
  const values = settings as unknown as Readonly<Record<string, unknown>>;
  return SETTING_ROWS.filter(([, row]) => receiversOf(row).includes(receiver)).flatMap(([name, row]) => {
    const special = SPECIAL[name];
    const value = values[nameWithUnit(name, row)];
    const written = special !== undefined ? special(settings) : kindOf(row)?.write(value);
    return written === undefined ? [] : [[variableName(name, row), written] as const];
  });
}

/** All variables of settings. */
export const SETTING_VARIABLES: readonly SettingVariable[] = SETTING_ROWS.filter(
  ([, row]) => receiversOf(row).length > 0,
).map(([name, row]) => variableName(name, row));

function receiversOf(row: SettingRow): readonly FunctionName[] {
  return ('receivedBy' in row ? row.receivedBy : undefined) ?? [];
}

/** `retention` is `RETENTION_SECONDS`; the type `SettingVariable` does the same. */
function variableName(name: string, row: SettingRow): SettingVariable {
  const words = nameWithUnit(name, row).replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return words.toUpperCase() as SettingVariable;
}
