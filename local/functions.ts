import type { FunctionDescription, PipelineDescription } from './app-description.ts';
import { type BrokenTask, brokenTasks, workFolderOf } from './broken-tasks.ts';
import type { EngineCalls } from './engine-calls.ts';
import type { EngineEndpoints } from './engines.ts';
import type { InvocationResult } from './execution-environment.ts';
import { functionEnvironment, maxEnvironments, takesBatches } from './function-environment.ts';
import { FunctionPool } from './function-pool.ts';

export interface FunctionsSettings {
  readonly description: Pick<PipelineDescription, 'functions' | 'mappings'>;
  /** Where the engines are. */
  readonly engines: EngineEndpoints;
  /** What functions call without HTTP; default: nothing. */
  readonly engineCalls?: EngineCalls | undefined;
  /** Where functions are told that they are. */
  readonly told: EngineEndpoints;
  /** Variables that functions find besides those of the template. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLogLine: (line: string) => void;
}

/** The template's functions, each with its execution environments, by ARN. */
export class Functions {
  readonly #pools: ReadonlyMap<string, FunctionPool>;

  constructor({ description, engines, engineCalls, told, variables, onLogLine }: FunctionsSettings) {
    this.#pools = new Map(
      description.functions.map((fn) => {
        const pool = new FunctionPool({
          description: fn,
          environmentVariables: {
            ...functionEnvironment(withQueuesAt(told.sqs, engines.sqs, fn), told),
            ...variables,
          },
          maxEnvironments: maxEnvironments(fn, description.mappings),
          takesBatches: takesBatches(fn, description.mappings),
          engineCalls,
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

  /** Loads each task of the run function once, and returns those that fail. */
  async brokenTasks(): Promise<readonly BrokenTask[]> {
    for (const { codeDirectory, environmentVariables } of this.#pools.values()) {
      const folder = workFolderOf(codeDirectory);
      if (folder !== undefined) return await brokenTasks(folder, environmentVariables);
    }
    return [];
  }

  /** Folders of the code that the functions run at this moment. */
  get codeDirectories(): readonly string[] {
    return [...this.#pools.values()].map(({ codeDirectory }) => codeDirectory);
  }

  /** Has that function run the code in that folder from its next invocation on; false where it does not load. */
  async replaceCode(arn: string, codeDirectory: string): Promise<boolean> {
    return await this.pool(arn).replaceCode(codeDirectory);
  }

  /**
   * Ends one of the environments that are in the middle of an invocation, as a crash would.
   *
   * @param random in [0, 1): of which function
   * @returns the name of its function; undefined where none was at work
   */
  crashOne(random: number): string | undefined {
    const atWork = [...this.#pools].filter(([, { busy }]) => busy.length > 0);
    const [arn = '', pool] = atWork[Math.floor(random * atWork.length)] ?? [];
    const [environment] = pool?.busy ?? [];
    if (environment === undefined) return undefined;
    void environment.crash();
    return arn.slice(arn.lastIndexOf(':') + 1);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }
}

/** The SDK goes where a queue's URL points, whatever it was told of SQS. */
function withQueuesAt(told: string, engine: string, fn: FunctionDescription): FunctionDescription {
  const environment = Object.entries(fn.environment).map(([name, value]) => [
    name,
    value.startsWith(`${engine}/`) ? told + value.slice(engine.length) : value,
  ]);
  return { ...fn, environment: Object.fromEntries(environment) };
}
