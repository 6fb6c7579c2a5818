import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EngineEndpoints } from '../../local/engines.ts';
import { recordedCall } from './recorded-call.ts';

/** A call that a function has made. */
export interface MeteredCall {
  /** Logical id of the function. */
  readonly caller: string;
  /** As the service names it: `UpdateItem`, `SendMessageBatch`. */
  readonly operation: string;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Stands between the functions and the engines, and asks DynamoDB with each call what it costs. */
export interface MeteredEngines {
  readonly calls: readonly MeteredCall[];
  /** Forgets what was called so far. */
  forget(): void;
  /** For `LocalStackSettings.endpointsForFunctions`. */
  leadTo(engines: EngineEndpoints): Promise<EngineEndpoints>;
  stop(): void;
}

type Capacity = { readonly CapacityUnits?: number };

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query']);

export function meteredEngines(): MeteredEngines {
  const calls: MeteredCall[] = [];
  const servers: Server[] = [];

  const proxyTo = async (engine: string): Promise<string> => {
    const { hostname, port } = new URL(engine);
    const server = createServer(async (incoming, answer) => {
      const asked = (await buffer(incoming)).toString();
      const { caller, action } = recordedCall(incoming.headers, asked);
      const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
      // The embedded DynamoDB checks no signature.
      const isDynamodb = action.startsWith('dynamodb:');
      const body = isDynamodb ? `{"ReturnConsumedCapacity":"TOTAL",${asked.slice(1)}` : asked;
      const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(body) };
      const { method, url: path } = incoming;
      const outgoing = request({ hostname, port, method, path, headers }, async (reply) => {
        const told = await buffer(reply);
        const units = isDynamodb ? unitsIn(told.toString()) : 0;
        const isRead = READS.has(operation);
        calls.push({ caller, operation, readUnits: isRead ? units : 0, writeUnits: isRead ? 0 : units });
        answer.writeHead(reply.statusCode ?? 502, reply.headers).end(told);
      });
      outgoing.on('error', () => incoming.socket.destroy());
      outgoing.end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  return {
    calls,
    forget() {
      calls.length = 0;
    },
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

/** Of the answer to a batch there are several, one for each table. */
function unitsIn(answer: string): number {
  const { ConsumedCapacity = [] }: { ConsumedCapacity?: Capacity | readonly Capacity[] } = JSON.parse(answer);
  const capacities = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity];
  return capacities.reduce((sum: number, { CapacityUnits = 0 }: Capacity) => sum + CapacityUnits, 0);
}
