import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { RefusedUrlError } from './outcome.ts';
import { isInCidrs, mayBeCalled } from './public-address.ts';

/** What stands between a callback URL and its connection: what a name means is known only then. */
export interface UrlGuard {
  /** @throws RefusedUrlError for a URL that must not be called, as far as its text tells */
  check(url: URL): void;
  /** Resolves a name. Where one of its addresses must not be called, none of them is. */
  readonly lookup: LookupFunction;
}

/**
 * @param allowedCidrs networks that may be called besides public addresses, also by plain http
 * @param resolve asks DNS
 */
export function urlGuard(allowedCidrs: readonly string[], resolve: LookupFunction = systemLookup): UrlGuard {
  const refusedOf = (address: string, isPlain: boolean) =>
    !mayBeCalled(address, allowedCidrs) || (isPlain && !isInCidrs(address, allowedCidrs));

  return {
    check({ protocol, hostname }) {
      const isPlain = protocol === 'http:';
      if (isPlain && allowedCidrs.length === 0) throw new RefusedUrlError('plain http is not allowed');
      // Node looks up names only: a literal would pass unseen.
      const literal = hostname.replace(/^\[(.*)\]$/, '$1');
      if (isIP(literal) !== 0 && refusedOf(literal, isPlain)) {
        throw new RefusedUrlError(`${literal} must not be called`);
      }
    },

    lookup(hostname, options, done) {
      resolve(hostname, { ...options, all: true }, (error, answer) => {
        if (error) return done(error, []);
        const addresses = Array.isArray(answer) ? answer : [];
        const refused = addresses.find(({ address }) => refusedOf(address, false));
        const [first] = addresses;
        if (refused !== undefined || first === undefined) {
          const why =
            refused === undefined ? 'has no address' : `is ${refused.address}, which must not be called`;
          return done(new RefusedUrlError(`${hostname} ${why}`), []);
        }
        return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
      });
    },
  };
}
