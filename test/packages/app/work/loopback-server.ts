import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as a service would receive it. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a service answers to every request. */
export interface Reply {
  /**
   * @default - JSON
   */
  readonly contentType?: string;
  readonly body: string | Uint8Array;
  /**
   * Whether the service speaks HTTP/2.
   *
   * @default false
   */
  readonly http2?: boolean;
}

/**
 * Calls a service that runs on this machine for the time of the call.
 *
 * @param call gets the service's base URL, without a trailing slash
 * @returns what the call returned, and the first request that it sent
 */
export async function withHttpService<T>(
  { contentType = 'application/json', body, http2 = false }: Reply,
  call: (url: string) => Promise<T>,
): Promise<{ returned: T; request: SeenRequest }> {
  const requests: SeenRequest[] = [];
  const listener: RequestListener = async (request, response) => {
    const { method, url: path, headers } = request;
    requests.push({ method, path, headers, body: await text(request) });
    response.writeHead(200, { 'content-type': contentType }).end(body);
  };
  // The requests and responses of HTTP/2 have what the listener uses.
  const server = http2 ? createHttp2Server(listener as never) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const returned = await call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [request] = requests;
    if (request === undefined) throw new Error('no request was sent');
    return { returned, request };
  } finally {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

/**
 * The same for a service that speaks a protocol of its own.
 *
 * @param serve gets each connection
 */
export async function withSocketService<T>(
  serve: (socket: Socket) => void,
  call: (port: number) => Promise<T>,
): Promise<T> {
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => {
    sockets.push(socket);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await call((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}
