/** What an execution environment is started with. */
export interface EnvironmentStart {
  /** Folder of the bundled code. */
  readonly codeDirectory: string;
  /** `file.export`. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}

/** To the execution environment: run the handler once. Events and answers cross as JSON, as on AWS. */
export interface InvocationMessage {
  readonly requestId: string;
  readonly eventJson: string;
  readonly deadlineMs: number;
}

/** An error as Lambda tells it to whoever invoked the function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the execution environment. */
export type EnvironmentMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'init-error'; readonly error: FunctionError }
  | { readonly type: 'answer'; readonly requestId: string; readonly payloadJson: string }
  | { readonly type: 'error'; readonly requestId: string; readonly error: FunctionError };
