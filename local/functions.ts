import type { EngineEndpoints } from './engines.ts';
import type { InvocationResult } from './execution-environment.ts';
import { functionEnvironment, maxEnvironments } from './function-environment.ts';
import { FunctionPool } from './function-pool.ts';
import type { StackDescription } from './stack-description.ts';

/** The template's functions, each with its execution environments, by ARN. */
export class Functions {
  readonly #pools: ReadonlyMap<string, FunctionPool>;

  constructor(description: StackDescription, endpoints: EngineEndpoints, onLogLine: (line: string) => void) {
    this.#pools = new Map(
      description.functions.map((fn) => {
        const pool = new FunctionPool({
          description: fn,
          environmentVariables: functionEnvironment(fn, endpoints),
          maxEnvironments: maxEnvironments(fn, description.mappings),
          onLogLine,
        });
        return [fn.arn, pool];
      }),
    );
  }

  pool(arn: string): FunctionPool {
    const pool = this.#pools.get(arn);
    if (pool === undefined) throw new Error(`the template has no function ${arn}`);
    return pool;
  }

  async invoke(arn: string, event: unknown): Promise<InvocationResult> {
    return await this.pool(arn).invoke(event);
  }

  /** Loads the bundles of these functions, so that their first invocations need not. */
  async warmUp(arns: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(arns)].map((arn) => this.pool(arn).warmUp()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }
}
