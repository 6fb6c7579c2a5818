import { ENVIRONMENT } from '../contract/variables.ts';
import type { Settings } from '../settings.ts';
import { hostOf, isAddress } from './host-name.ts';

/** Which receivers a deployment calls, besides what holds for all: submit and deliver ask the same rules. */
export interface CallbackRules {
  /** Networks that may be reached besides public ones, also by plain http and on any port. Usually none. */
  readonly allowedCidrs: readonly string[];
  /** Names, addresses and `*.suffix` that alone may be called; none where it is empty. */
  readonly allowedHosts: 'any' | readonly string[];
  /** The name of the deployment's own API, which is never called. Undefined where it has none of its own. */
  readonly ownHost?: string | undefined;
}

/**
 * The rules that the stack has set.
 *
 * @throws Error where it has not said which hosts may be called: what is missing must not open anything
 */
export function callbackRules(settings: Settings<'submit'> | Settings<'deliver'>): CallbackRules {
  return {
    allowedCidrs: settings.list('ALLOWED_CALLBACK_CIDRS'),
    allowedHosts: allowedHosts(settings),
    ownHost: ownHost(settings.text(ENVIRONMENT.apiUrl)),
  };
}

function allowedHosts(settings: Parameters<typeof callbackRules>[0]): CallbackRules['allowedHosts'] {
  return settings.text('ALLOWED_CALLBACK_HOSTS') === '*' ? 'any' : settings.list('ALLOWED_CALLBACK_HOSTS');
}

/** A local stack's API has the address of the machine, on which its receivers are, too: no name of its own. */
function ownHost(apiUrl: string): string | undefined {
  const url = new URL(apiUrl);
  return isAddress(url) ? undefined : hostOf(url);
}
