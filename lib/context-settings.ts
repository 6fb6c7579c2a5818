import type { Node } from 'constructs';
import { SETTING_ROWS, SETTINGS_AS_TEXT } from '../lambda/contract/setting-variables.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { SettingError } from './setting-error.ts';
import { kindOf } from './setting-kinds.ts';

/** The construct's props as the CDK context gives them (`-c name=value`, or `context` in cdk.json). */
export function propsFromContext(node: Node): CallbackCompletionProps {
  return propsFrom((name) => node.tryGetContext(name));
}

/**
 * Reads props from text, numbers, lists or truth values.
 *
 * @param given returns undefined for a setting that is not given
 * @throws SettingError at the first that cannot be read
 */
export function propsFrom(given: (name: string) => unknown): CallbackCompletionProps {
  return Object.fromEntries(
    SETTING_ROWS.flatMap(([name, row]) => {
      const kind = kindOf(row);
      const value = given(name);
      return kind === undefined || value === undefined ? [] : [[name, kind.parse({ name, row }, value)]];
    }),
  );
}

/**
 * Refuses context that looks like a setting but is not one, so that a typing error does not silently mean the
 * default. The names that CDK and its command line use themselves contain `:`, `-` or `/`; settings are plain words.
 *
 * @param others settings that the app itself reads
 */
export function refuseUnknownSettings(node: Node, others: readonly string[]): void {
  const known = [...SETTINGS_AS_TEXT, ...others];
  for (const setting of Object.keys(node.getAllContext())) {
    if (/^\w+$/.test(setting) && !known.includes(setting)) {
      throw SettingError.unknown(setting, known);
    }
  }
}
