import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Before the engine hears of the request, or after it has done it and before its answer arrives. */
type When = 'before' | 'after';

/** The local engine behind a connection that breaks at one kind of request. */
export interface FaultySqs {
  readonly endpoint: string;
  /** How often the connection broke. */
  readonly faults: () => number;
  stop(): Promise<void>;
}

/** @param action as SQS's protocol names it: `SendMessageBatch` */
export async function startFaultySqs(engine: string, action: string, when: When): Promise<FaultySqs> {
  let faults = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target']);
    const breaks = target === `AmazonSQS.${action}`;
    if (breaks) faults += 1;
    if (breaks && when === 'before') return request.socket.destroy();
    const answer = await fetch(new URL(request.url ?? '/', engine), {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
      body,
    });
    const answered = await answer.text();
    if (breaks) return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: () => faults,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
