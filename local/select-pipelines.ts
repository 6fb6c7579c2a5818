import { UsageError } from './user-error.ts';

/** As much of a pipeline as a choice needs. */
export interface ChoosablePipeline {
  /** Unique: `Shop/Callbacks`. */
  readonly name: string;
  /** Id of its construct: `Callbacks`. */
  readonly id: string;
  readonly stackName: string;
}

/** What the command line gives. */
export interface PipelineChoice {
  /** Id or whole name of the pipeline: `--pipeline`. */
  readonly pipeline?: string | undefined;
  /** Name of the stack: `--stack`. */
  readonly stack?: string | undefined;
}

/**
 * Returns the pipelines that the command line names: all without options.
 *
 * @throws UsageError if an option names nothing that exists, or several pipelines have the given id
 */
export function selectPipelines<T extends ChoosablePipeline>(
  all: readonly T[],
  { pipeline, stack }: PipelineChoice,
): readonly T[] {
  const inStack = stack === undefined ? all : all.filter(({ stackName }) => stackName === stack);
  if (stack !== undefined && inStack.length === 0) {
    const stacks = [...new Set(all.map(({ stackName }) => stackName))];
    throw new UsageError(`There is no pipeline in a stack ${stack}. Give --stack one of: ${listed(stacks)}.`);
  }
  if (pipeline === undefined) return inStack;
  const named = inStack.filter(({ name }) => name === pipeline);
  const found = named.length > 0 ? named : inStack.filter(({ id }) => id === pipeline);
  const names = (pipelines: readonly T[]) => listed(pipelines.map(({ name }) => name));
  if (found.length === 0) {
    const where = stack === undefined ? '' : ` in the stack ${stack}`;
    throw new UsageError(
      `There is no pipeline ${pipeline}${where}. Give --pipeline one of: ${names(inStack)}.`,
    );
  }
  if (found.length > 1) {
    throw new UsageError(
      `Several pipelines have the id ${pipeline}. Give --pipeline the whole name: ${names(found)}.`,
    );
  }
  return found;
}

/** Returns what `--pipeline` takes for a pipeline, in short: its id, or its whole name if others have the id. */
export function shortName(
  { id, name }: Pick<ChoosablePipeline, 'id' | 'name'>,
  all: readonly Pick<ChoosablePipeline, 'id'>[],
): string {
  return all.filter((other) => other.id === id).length > 1 ? name : id;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none exists' : names.join(', ');
}
