import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { withIdleLimit } from '../kept-connections.ts';

/**
 * Idle connections of each scheme, to all hosts together: twice as many in all. Lambda allows a function 1,024 open
 * files: hosts that never hang up must not use them up.
 */
const MAX_IDLE_CONNECTIONS = 128;

/** An idle connection is closed after this, or after what the receiver says by `Keep-Alive: timeout`, if sooner. */
const IDLE_MS = 30_000;

/**
 * Connections are kept for the next callback to the same scheme, host and port, since a handshake costs more than the
 * POST. The guard has judged them when they were opened; an address cannot change under an open connection.
 *
 * Neither reads proxies from the environment: a proxy would look names up where no guard sees the answer.
 */
const agents = {
  'http:': limited(new http.Agent({ keepAlive: true, timeout: IDLE_MS })),
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  'https:': limited(new https.Agent({ keepAlive: true, timeout: IDLE_MS, rejectUnauthorized: true })),
};

/** What keeps the connections for a URL. */
export function agentFor(url: URL): http.Agent {
  return url.protocol === 'http:' ? agents['http:'] : agents['https:'];
}

function limited<A extends http.Agent>(agent: A): A {
  withIdleLimit(agent, IDLE_MS);
  // It tells whether the socket is to be kept; its type does not say so.
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  agent.keepSocketAlive = (socket) => idleConnections(agent) < MAX_IDLE_CONNECTIONS && keep(socket);
  return agent;
}

function idleConnections({ freeSockets }: http.Agent): number {
  return Object.values(freeSockets).reduce((count, sockets = []) => count + sockets.length, 0);
}
