import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCallback {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A customer's endpoint on loopback, which answers with the given status codes in turn, then 200. */
export interface ScriptedReceiver {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  stop(): Promise<void>;
}

export async function startReceiver(statusCodes: readonly number[] = []): Promise<ScriptedReceiver> {
  const answers = [...statusCodes];
  const received: ReceivedCallback[] = [];
  const server = createServer(async (request, response) => {
    received.push({ atMs: Date.now(), headers: request.headers, body: await text(request) });
    response.writeHead(answers.shift() ?? 200).end('seen');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
