/** What an execution environment is started with. */
export interface EnvironmentStart {
  /** Folder of the bundled code. */
  readonly codeDirectory: string;
  /** `file.export`. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly engineTargets: EngineTargets;
}

/**
 * Operations of engines that are called by messages: origin → values of `X-Amz-Target`. All others are called over HTTP.
 */
export type EngineTargets = Readonly<Record<string, readonly string[]>>;

/** To the execution environment: run the handler once. Events and answers cross as JSON, as on AWS. */
export interface InvocationMessage {
  readonly type: 'invoke';
  readonly requestId: string;
  readonly eventJson: string;
  readonly deadlineMs: number;
}

/** From the execution environment: an operation of an engine. */
export interface EngineCall {
  readonly type: 'engine-call';
  /** Unique in its environment. */
  readonly id: number;
  /** `http://127.0.0.1:4711` */
  readonly origin: string;
  readonly target: string;
  readonly body: string;
}

/** To the execution environment: the engine's answer to one of its calls. */
export interface EngineAnswer {
  readonly type: 'engine-answer';
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as Lambda tells it to whoever invoked the function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the execution environment. */
export type EnvironmentMessage =
  | EngineCall
  /** What the function wrote; most often a line. */
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'init-error'; readonly error: FunctionError }
  | { readonly type: 'answer'; readonly requestId: string; readonly payloadJson: string }
  | { readonly type: 'error'; readonly requestId: string; readonly error: FunctionError };
