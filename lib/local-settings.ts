import type { Node } from 'constructs';
import { LOCAL_SETTINGS_CONTEXT, type LocalSettings } from '../lambda/contract/local-settings.ts';
import { SETTINGS_AS_TEXT } from '../lambda/contract/setting-variables.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { propsFrom } from './context-settings.ts';
import { SettingError } from './setting-error.ts';

const LOOPBACK_CIDRS = ['127.0.0.0/8', '::1/128'];
const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];

/**
 * Replaces props by the settings for this machine, which the local stack gives in the context.
 *
 * @throws SettingError if a setting is unknown or cannot be used
 */
export function withLocalSettings(node: Node, props: CallbackCompletionProps): CallbackCompletionProps {
  const local: LocalSettings | undefined = node.tryGetContext(LOCAL_SETTINGS_CONTEXT);
  if (local === undefined) return props;
  const { settings = {}, allowsLoopback = false } = local;
  for (const name of Object.keys(settings)) {
    if (!SETTINGS_AS_TEXT.includes(name)) throw SettingError.unknown(name, SETTINGS_AS_TEXT);
  }
  const replaced = { ...props, ...propsFrom((name) => settings[name]) };
  return allowsLoopback ? withLoopback(replaced) : replaced;
}

/** Without `allowedCallbackHosts` every host is allowed: that stays so. */
function withLoopback(props: CallbackCompletionProps): CallbackCompletionProps {
  const { allowedCallbackCidrs = [], allowedCallbackHosts } = props;
  return {
    ...props,
    allowedCallbackCidrs: [...new Set([...allowedCallbackCidrs, ...LOOPBACK_CIDRS])],
    ...(allowedCallbackHosts !== undefined && {
      allowedCallbackHosts: [...new Set([...allowedCallbackHosts, ...LOOPBACK_HOSTS])],
    }),
  };
}
