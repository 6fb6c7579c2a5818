import { buildApp } from 'fauxqs';
import { REGION } from './references.ts';

export type FauxqsServer = ReturnType<typeof buildApp>;
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/**
 * Makes a server of fauxqs; it does not listen yet.
 *
 * @param stores those of the caller; fauxqs makes the others itself, which its types do not show
 */
export function fauxqsServer(stores: Partial<Stores>): FauxqsServer {
  return buildApp({ logger: false, defaultRegion: REGION, stores: stores as Stores });
}
