import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver on loopback that does with each request what its script says. */
export interface ScriptedServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT/hook` */
  readonly url: string;
  /** The requests so far, with their bodies. */
  readonly requests: readonly SeenRequest[];
  /** Connections: all so far, and those that are open now. */
  readonly connections: { readonly opened: number; readonly open: number };
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** @param script what to do with the first request, the second, …; the last one repeats */
export async function startScriptedServer(...script: RequestListener[]): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url: path, headers } = request;
    requests.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
    script[Math.min(requests.length, script.length) - 1]?.(request, response);
  });
  const connections = { opened: 0, open: 0 };
  server.on('connection', (socket) => {
    connections.opened += 1;
    connections.open += 1;
    socket.on('close', () => {
      connections.open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    requests,
    connections,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with this status, these headers and this body. */
export function answer(status: number, headers: Record<string, string> = {}, body = ''): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Closes the connection with a reset, without an answer. */
export const reset: RequestListener = (request) => {
  request.socket.resetAndDestroy();
};

/** Never answers. */
export const silence: RequestListener = () => {};
