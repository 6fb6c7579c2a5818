import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type EngineProxies, engineProxies } from './engine-proxies.ts';
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
export interface MeteredEngines extends EngineProxies {
  readonly calls: readonly MeteredCall[];
  /** Forgets what was called so far. */
  forget(): void;
}

type Capacity = { readonly CapacityUnits?: number };

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query']);

export function meteredEngines(): MeteredEngines {
  const calls: MeteredCall[] = [];
  const proxies = engineProxies(({ hostname, port }) => async (incoming, answer) => {
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
  return {
    ...proxies,
    calls,
    forget() {
      calls.length = 0;
    },
  };
}

/** Of the answer to a batch there are several, one for each table. */
function unitsIn(answer: string): number {
  const { ConsumedCapacity = [] }: { ConsumedCapacity?: Capacity | readonly Capacity[] } = JSON.parse(answer);
  const capacities = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity];
  return capacities.reduce((sum: number, { CapacityUnits = 0 }: Capacity) => sum + CapacityUnits, 0);
}
