import { BlockList, Socket } from 'node:net';
import { vi } from 'vitest';

/** One attempt at a connection. */
export interface ConnectionAttempt {
  readonly address: string;
  readonly port: number;
  /** What became of it, once it failed. */
  error?: string | undefined;
}

export interface SocketTap {
  /** The attempts since the last time, in their order. */
  taken(): ConnectionAttempt[];
  remove(): void;
}

const LAST_IPV6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/** All but 127.0.0.0/8 and ::1. */
function beyondLoopback(): BlockList {
  const list = new BlockList();
  list.addRange('0.0.0.0', '126.255.255.255', 'ipv4');
  list.addRange('128.0.0.0', '255.255.255.255', 'ipv4');
  list.addAddress('::', 'ipv6');
  list.addRange('::2', LAST_IPV6, 'ipv6');
  return list;
}

/**
 * Listens to every socket of this process, and lets none send a packet beyond loopback: Node itself refuses the
 * connection after it has announced the attempt.
 *
 * @param ignoredPorts those of the engines that the code under test uses
 */
export function tapSockets(ignoredPorts: readonly number[]): SocketTap {
  const attempts: ConnectionAttempt[] = [];
  const blockList = beyondLoopback();
  const connect = Socket.prototype.connect;
  const spy = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given) {
    Object.assign(this, { blockList });
    const own: ConnectionAttempt[] = [];
    const note = (address: string, port: number) => {
      if (ignoredPorts.includes(port) || own.some((attempt) => attempt.address === address)) return;
      const attempt = { address, port };
      own.push(attempt);
      attempts.push(attempt);
    };
    this.on('connectionAttempt', note);
    // Of a name with several addresses, those that are blocked are told of by this alone.
    this.on('connectionAttemptFailed', note);
    this.on('error', (error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }) => {
      for (const [index, attempt] of own.entries()) attempt.error = (error.errors?.[index] ?? error).code;
    });
    return Reflect.apply(connect, this, given) as Socket;
  });
  return { taken: () => attempts.splice(0), remove: () => spy.mockRestore() };
}
