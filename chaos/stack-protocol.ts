import type { EngineEndpoints } from '../local/engines.ts';

/** How a stack of the chaos run is started. */
export interface StackStart {
  readonly assemblyDirectory: string;
  readonly stateDirectory: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Variables that functions find besides those of the template. */
  readonly functionVariables: Readonly<Record<string, string>>;
  /** Takes warnings and errors. */
  readonly logFile: string;
}

/** To the process of the stack. */
export type Order =
  | { readonly kind: 'start'; readonly start: StackStart }
  /** Where functions are to find the engines. */
  | { readonly kind: 'told'; readonly endpoints: EngineEndpoints }
  | { readonly kind: 'crash-function'; readonly random: number }
  | { readonly kind: 'stop' };

/** From the process of the stack. */
export type Report =
  | { readonly kind: 'engines'; readonly endpoints: EngineEndpoints }
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'crashed'; readonly functionName: string | undefined }
  | { readonly kind: 'failed'; readonly message: string };
