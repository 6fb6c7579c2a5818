/** Calls of engines from within this process, without HTTP. */

export interface EngineResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a POST of AWS's JSON protocol as the engine's HTTP server does. Never rejects. */
export type CallEngine = (headers: Readonly<Record<string, string>>, body: string) => Promise<EngineResponse>;

/** By origin: `http://127.0.0.1:4711`. */
export type EngineCalls = ReadonlyMap<string, CallEngine>;
