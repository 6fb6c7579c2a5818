import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EngineEndpoints } from '../../local/engines.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';

/** Stands between the functions and the engines, and notes every call. */
export interface RecordingProxies {
  readonly calls: readonly RecordedCall[];
  /** For `LocalStackSettings.endpointsForFunctions`. */
  leadTo(engines: EngineEndpoints): Promise<EngineEndpoints>;
  stop(): void;
}

export function recordingProxies(): RecordingProxies {
  const calls: RecordedCall[] = [];
  const servers: Server[] = [];

  const proxyTo = async (engine: string): Promise<string> => {
    const { hostname, port, host } = new URL(engine);
    const server = createServer(async (incoming, answer) => {
      const body = await buffer(incoming);
      calls.push(recordedCall(incoming.headers, body.toString()));
      const { method, url, headers } = incoming;
      const outgoing = request(
        { hostname, port, method, path: url, headers: { ...headers, host } },
        (reply) => {
          answer.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(answer);
        },
      );
      outgoing.on('error', () => incoming.socket.destroy());
      outgoing.end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  return {
    calls,
    async leadTo({ dynamodb, sqs, secretsManager }) {
      return {
        dynamodb: await proxyTo(dynamodb),
        sqs: await proxyTo(sqs),
        secretsManager: await proxyTo(secretsManager),
      };
    },
    stop() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
