import { type ChoosablePipeline, selectPipelines } from '../local/select-pipelines.ts';
import { UsageError } from '../local/user-error.ts';

/**
 * Returns the pipeline that a command works on: the named one, or the only one.
 *
 * @param pipeline id or whole name: `--pipeline`
 * @param where the stack, for the message: `the stack Shop`
 * @throws UsageError if none has that name, or if there are several and none is named
 */
export function choosePipeline<T extends ChoosablePipeline>(
  all: readonly T[],
  pipeline: string | undefined,
  where: string,
): T {
  const [only, ...others] = selectPipelines(all, { pipeline });
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    `There are several pipelines in ${where}. Give --pipeline one of: ${all.map(({ name }) => name).join(', ')}.`,
  );
}
