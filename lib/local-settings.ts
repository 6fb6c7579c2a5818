import type { Node } from 'constructs';
import { LOCAL_SETTINGS_CONTEXT } from '../lambda/contract/local-settings.ts';
import { SETTINGS_AS_TEXT } from '../lambda/contract/setting-variables.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { propsFrom } from './context-settings.ts';
import { SettingError } from './setting-error.ts';

/**
 * Replaces props by the settings for this machine, which the local stack gives in the context.
 *
 * @throws SettingError if a setting is unknown or cannot be used
 */
export function withLocalSettings(node: Node, props: CallbackCompletionProps): CallbackCompletionProps {
  const settings: unknown = node.tryGetContext(LOCAL_SETTINGS_CONTEXT);
  if (settings === undefined) return props;
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    const allowed = 'an object of settings';
    throw SettingError.refused(LOCAL_SETTINGS_CONTEXT, settings, allowed, '{"retrySchedule":"1s,1s"}');
  }
  for (const name of Object.keys(settings)) {
    if (!SETTINGS_AS_TEXT.includes(name)) throw SettingError.unknown(name, SETTINGS_AS_TEXT);
  }
  const given = new Map(Object.entries(settings));
  return { ...props, ...propsFrom((name) => given.get(name)) };
}
