/** Connections that are kept for the next request can have gone silent meanwhile: a NAT forgot them, or a host is gone. */
import type { Agent, ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Makes an agent close connections that have been idle for longer than `idleMs`, when the next request comes. The agent's own timeout
 * is not enough: while Lambda freezes the function, no timer fires, and the next request can be sent before the timers that are late.
 *
 * @param now epoch milliseconds
 */
export function withIdleLimit<A extends Agent>(agent: A, idleMs: number, now = Date.now): A {
  const idleSinceMs = new WeakMap<Duplex, number>();
  // It returns whether the socket is to be kept, which Node documents and its types lack.
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  agent.keepSocketAlive = (socket) => {
    idleSinceMs.set(socket, now());
    return keep(socket);
  };
  // Node does not document this method. It has had this name in all versions, and other agents override it, too.
  const adding = agent as unknown as { addRequest(...parameters: unknown[]): void };
  const add = adding.addRequest.bind(agent);
  adding.addRequest = (...parameters) => {
    closeIdle(agent, (socket) => now() - (idleSinceMs.get(socket) ?? 0) >= idleMs);
    add(...parameters);
  };
  return agent;
}

/**
 * Makes an agent close all its idle connections when a request on a kept connection fails: most likely the others have gone silent, too, and
 * each retry would time out on one of them. The next attempt opens a new connection.
 *
 * For an agent whose hosts are all reached in the same way.
 */
export function closingIdleOnFailure<A extends Agent>(agent: A): A {
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
    request.once('error', () => closeIdle(agent, () => true));
    reuse(socket, request);
  };
  return agent;
}

function closeIdle({ freeSockets }: Agent, isMeant: (socket: Duplex) => boolean): void {
  for (const socket of Object.values(freeSockets).flatMap((sockets = []) => sockets)) {
    if (isMeant(socket)) socket.destroy();
  }
}
