import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes callbacks in this process, on a free port of the loopback interface. */
export interface CallbackReceiver {
  readonly url: string;
  /** Ids of the tasks whose callbacks came. */
  readonly taskIds: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Starts a receiver that answers every callback with 200. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const taskIds = new Set<string>();
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    request.resume().once('end', () => {
      taskIds.add(String(request.headers['webhook-id']));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`,
    taskIds,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
