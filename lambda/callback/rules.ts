import { isIP } from 'node:net';
import { ENVIRONMENT } from '../environment.ts';
import type { Settings } from '../settings.ts';

/** Which receivers a deployment calls, besides what holds for all: submit and deliver ask the same rules. */
export interface CallbackRules {
  /** Networks that may be reached besides public ones, also by plain http and on any port. Usually none. */
  readonly allowedCidrs: readonly string[];
  /** Names, addresses and `*.suffix` that alone may be called. Empty: any. */
  readonly allowedHosts: readonly string[];
  /** The name of the deployment's own API, which is never called. Undefined where it has none of its own. */
  readonly ownHost?: string | undefined;
}

/** The rules that the stack has set. */
export function callbackRules(settings: Settings): CallbackRules {
  return {
    allowedCidrs: settings.list(ENVIRONMENT.allowedCallbackCidrs),
    allowedHosts: settings.list(ENVIRONMENT.allowedCallbackHosts),
    ownHost: ownHost(settings.text(ENVIRONMENT.apiUrl)),
  };
}

/** A local stack's API has the address of the machine, on which its receivers are, too: no name of its own. */
function ownHost(apiUrl: string): string | undefined {
  const { hostname } = new URL(apiUrl);
  const isLiteral = hostname.startsWith('[') || isIP(hostname) !== 0;
  return isLiteral ? undefined : hostname.replace(/\.$/, '');
}
