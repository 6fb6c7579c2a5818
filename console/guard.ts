/** Who may ask the console. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import { equalInConstantTime } from '../lambda/equal.ts';
import type { Problem } from '../local/problem.ts';
import { commandLine } from '../package/command-name.ts';

/** Under these names this machine reaches itself. Any other may be a site's own, led here by its DNS. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export interface Caller {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What a request to the console's API is refused for; undefined where it may pass.
 *
 * The console acts with its operator's rights, and any page that the operator's browser shows can make that browser
 * send requests to this machine. So they must come from the console's own page: by what browsers say of it, and by a
 * header that a page elsewhere cannot send without asking for leave first, which is not given.
 *
 * @param token that the page must know; undefined on the local stack, whose engines and inbox are open to this machine
 * anyway, also where its API asks for a key
 */
export function refusal({ method, headers }: Caller, token: string | undefined): Problem | undefined {
  const { host = '', origin } = headers;
  if (!OWN_HOST.test(host)) {
    return forbidden(`The console answers requests to localhost, not to ${host || 'no host at all'}.`);
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return forbidden(
      `The console takes requests from its own page at http://${host}; this one came from ${origin}.`,
    );
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  if (site !== 'same-origin' && site !== 'none') {
    return forbidden(`The console takes requests from its own page; this one came from elsewhere (${site}).`);
  }
  if (headers['x-console'] !== '1')
    return forbidden('A request to the console needs the header x-console: 1.');
  if (token !== undefined && !equalInConstantTime(String(headers['x-console-token'] ?? ''), token)) {
    return {
      status: 401,
      title: 'Unauthorized',
      detail: `The console does not know this page. Open the address that ${commandLine('console')} has printed, with its #token; each start makes a new one.`,
    };
  }
  return method === 'GET' ? undefined : typeRefusal(headers);
}

function typeRefusal(headers: IncomingHttpHeaders): Problem | undefined {
  const type = headers['content-type'] ?? 'none';
  if (/^application\/json\s*(;|$)/i.test(type)) return undefined;
  return {
    status: 415,
    title: 'Unsupported Media Type',
    detail: `A POST to the console takes application/json, not ${type}.`,
  };
}

function forbidden(detail: string): Problem {
  return { status: 403, title: 'Forbidden', detail };
}
