import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Receiver } from './workload.ts';

export interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the callback counts as delivered by this POST. */
  readonly accepted: boolean;
}

/** The receivers of all tasks: `POST /<receiver>/<index of the task>`. */
export interface Receivers {
  readonly url: string;
  /** In the order of their arrival. */
  posts(index: number): readonly Post[];
  /** From now on this kind of receiver accepts everything. */
  heal(receiver: Receiver): void;
  stop(): void;
}

export async function startReceivers(): Promise<Receivers> {
  const posts = new Map<number, Post[]>();
  const healed = new Set<string>();
  const server = createServer(async (request, response) => {
    const [, receiver = '', index = ''] = request.url?.split('/') ?? [];
    const body = await text(request);
    const earlier = posts.get(Number(index)) ?? [];
    const status = healed.has(receiver) ? 200 : statusOf(receiver as Receiver, earlier.length);
    const accepted = status === 200;
    posts.set(Number(index), [...earlier, { headers: request.headers, body, accepted }]);
    if (status === undefined) request.socket.destroy();
    else response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts: (index) => posts.get(index) ?? [],
    heal: (receiver) => healed.add(receiver),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** @returns undefined if the connection is reset instead */
function statusOf(receiver: Receiver, earlierPosts: number): number | undefined {
  switch (receiver) {
    case 'flaky':
      return earlierPosts < 1 ? 503 : 200;
    case 'reset':
      return earlierPosts < 1 ? undefined : 200;
    case 'down':
      return 500;
    case 'gone':
      return 410;
    default:
      return 200;
  }
}
