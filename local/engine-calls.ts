/** Calls of the engines from within this process, without HTTP. */

export interface EngineResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request's body as the engine's HTTP server does. */
export type EngineOperation = (body: string) => Promise<EngineResponse>;

/** By the `X-Amz-Target` of AWS's JSON protocol: `DynamoDB_20120810.GetItem`. */
export type EngineOperations = ReadonlyMap<string, EngineOperation>;

/** By the engine's origin: `http://127.0.0.1:4711`. */
export type EngineCalls = ReadonlyMap<string, EngineOperations>;

const JSON_PROTOCOL = { 'content-type': 'application/x-amz-json-1.0' };

/** Returns the response that holds this output. */
export function responseOf(
  output: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): EngineResponse {
  return { status, headers: { ...JSON_PROTOCOL, ...headers }, body: JSON.stringify(output ?? {}) };
}
