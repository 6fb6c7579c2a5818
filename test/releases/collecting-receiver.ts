import type { IncomingHttpHeaders } from 'node:http';
import { standardWebhooksSignature } from '../../lambda/callback/signature.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

export interface CollectedCallback {
  readonly path: string;
  /** When it was received, in epoch milliseconds. */
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on loopback that answers 200 and keeps what it gets. */
export interface CollectingReceiver {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly callbacks: readonly CollectedCallback[];
  close(): Promise<void>;
}

export async function startCollectingReceiver(): Promise<CollectingReceiver> {
  const callbacks: CollectedCallback[] = [];
  const server = await startScriptedServer((request, response) => {
    const { path = '', headers, body } = server.requests.at(-1) ?? { headers: request.headers, body: '' };
    callbacks.push({ path, atMs: Date.now(), headers, body });
    response.end();
  });
  return { host: `127.0.0.1:${server.port}`, callbacks, close: () => server.close() };
}

/** The signature that a callback's receiver expects, of its id, timestamp and body. */
export function expectedSignature({ headers, body }: CollectedCallback, secret: string): string {
  const timestampSeconds = Number(headers['webhook-timestamp']);
  return standardWebhooksSignature(secret, String(headers['webhook-id']), timestampSeconds, body);
}
