import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Passes bytes on between clients and one server on loopback, and makes connections end or go silent. */
export interface TcpProxy {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Connections: all so far, and those that are open now. */
  readonly connections: { readonly opened: number; readonly open: number };
  /** Ends the connections that are open now, as a server does that closes idle ones. */
  endOpen(): void;
  /** From now on, nothing passes on the connections that are open now, as after a NAT forgot them. New ones work. */
  silenceOpen(): void;
  close(): Promise<void>;
}

/** @param serverPort of the server on loopback */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const open = new Set<{ client: Socket; isSilent: boolean }>();
  let opened = 0;
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    const connection = { client, isSilent: false };
    open.add(connection);
    opened += 1;
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => {
        if (!connection.isSilent) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(connection);
        to.destroy();
      });
    };
    pass(client, server);
    pass(server, client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: {
      get opened() {
        return opened;
      },
      get open() {
        return open.size;
      },
    },
    endOpen() {
      for (const { client } of open) client.end();
    },
    silenceOpen() {
      for (const connection of open) connection.isSilent = true;
    },
    async close() {
      const closed = new Promise((resolve) => proxy.close(resolve));
      for (const { client } of open) client.destroy();
      await closed;
    },
  };
}
