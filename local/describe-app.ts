import type { AppDescription } from './app-description.ts';
import type { Assembly } from './assembly.ts';
import { CreatedResources } from './created-resources.ts';
import { describePipeline } from './describe-pipeline.ts';
import { withWorkSecrets } from './describe-secrets.ts';
import { type EnvFile, NO_ENV_FILE } from './env-file.ts';
import { existingResources, findPipelines } from './find-pipelines.ts';
import type { Endpoints } from './references.ts';

export interface DescribeOptions {
  /**
   * Names of the pipelines to describe.
   *
   * @default - all
   */
  readonly pipelines?: readonly string[] | undefined;
}

/**
 * Turns the templates of an app into what the local engines need to know, with every reference resolved. Of the app's
 * resources these count: the pipelines' own, and what their work refers to. All others are not looked at.
 *
 * @param envFile replaces, here only, values that the templates give to the work
 * @throws LocalValueError if the work needs a value that neither the templates nor the file have
 * @throws NoPipelineError if the app has no pipeline
 */
export function describeApp(
  assembly: Assembly,
  endpoints: Endpoints,
  envFile: EnvFile = NO_ENV_FILE,
  { pipelines: names }: DescribeOptions = {},
): AppDescription {
  const isRun = (name: string) => names?.includes(name) ?? true;
  const created = new CreatedResources({ assembly, endpoints, isRun });
  const { references } = created;
  const found = findPipelines(assembly)
    .filter(({ name }) => isRun(name))
    .map((pipeline) => ({ ...pipeline, resources: existingResources(pipeline, references) }));
  for (const { resources } of found) {
    for (const { stack, logicalId } of resources) created.add(stack, logicalId);
  }
  const pipelines = found.map((pipeline) => describePipeline(pipeline, references, envFile));
  const functions = pipelines.flatMap((pipeline) => pipeline.functions);
  for (const { part, environment } of functions) {
    if (part !== 'run') continue;
    for (const value of Object.values(environment)) created.addNamed(value);
  }
  const { queues, topics, buckets, tables, secrets } = created;
  return {
    pipelines,
    queues,
    topics,
    buckets,
    tables,
    secrets: withWorkSecrets(secrets, functions, envFile),
  };
}
