import {
  nameWithUnit,
  receiversOf,
  SETTING_ROWS,
  variableName,
} from '../lambda/contract/setting-variables.ts';
import type { FunctionName, SettingVariable } from '../lambda/contract/settings.ts';
import { maxTaskSeconds, type PipelineSettings } from './pipeline-settings.ts';
import { kindOf } from './setting-kinds.ts';

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
