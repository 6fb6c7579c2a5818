import http from 'node:http';
import https from 'node:https';
import { closingIdleOnFailure, withIdleLimit } from './kept-connections.ts';
import { Sha256 } from './sha256.ts';

/**
 * By default, too, the SDK logs nothing. But it copies each input and output for its log first, unless the logger lacks
 * `info` and `error`. It calls `debug` and `warn` without a check.
 */
const WITHOUT_COPIES = { debug() {}, warn() {} } as unknown as Console;

/** Much shorter than the 350 s after which a NAT gateway of AWS forgets a connection. */
const IDLE_MS = 30_000;

/** As the SDK's own agents. */
const AGENT = { keepAlive: true, maxSockets: 50 };

/** Without this, connections that went silent would use up all attempts of a call, one after the other. */
function keeping<A extends http.Agent>(agent: A): A {
  return closingIdleOnFailure(withIdleLimit(agent, IDLE_MS));
}

/**
 * What the SDK's clients of all functions are given. A client gives up on a silent connection while the function still
 * has time to try again.
 *
 * Region and modes are what the SDK would find by itself, in the environment or as its defaults, by asking a chain of
 * places for each: given here, it does not ask, which is a twentieth of a cold start.
 */
export function awsClientSettings() {
  const { AWS_REGION: region } = process.env;
  return {
    ...(region !== undefined && { region }),
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard',
    // The stack of a command's middleware is built once, not for each call: a tenth of what a callback costs deliver's
    // processor. Nothing is added to a stack once its client is made, and every call is signed by the same role.
    cacheMiddleware: true,
    sha256: Sha256,
    logger: WITHOUT_COPIES,
    // Without the last of these the SDK only warns of a request that takes too long.
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 1_500,
      throwOnRequestTimeout: true,
      httpAgent: keeping(new http.Agent(AGENT)),
      httpsAgent: keeping(new https.Agent(AGENT)),
    },
  } as const;
}
