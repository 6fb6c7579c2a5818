import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readNotes } from '../../lib/build/build-notes.ts';
import { type AssemblyStack, readAssembly } from '../../local/assembly.ts';
import { workFolderOf } from '../../local/broken-tasks.ts';
import { type FoundPipeline, findPipelines, type PipelineResource } from '../../local/find-pipelines.ts';
import type { DeployedPipeline } from './deployment.ts';

/** An event source mapping without a limit of its own may take so many invocations. */
const UNLIMITED_CONCURRENCY = 1_250;

const mappingSchema = z.object({
  ScalingConfig: z
    .object({ MaximumConcurrency: z.number().default(UNLIMITED_CONCURRENCY) })
    .default({ MaximumConcurrency: UNLIMITED_CONCURRENCY }),
});

const functionSchema = z.object({
  Runtime: z.string(),
  Architectures: z.tuple([z.string()]).default(['x86_64']),
  Code: z.object({ S3Key: z.string() }),
});

/**
 * Reads what would be deployed.
 *
 * @param assemblyDirectory a cloud assembly whose functions were built for this machine
 * @throws NoPipelineError if the app has no pipeline
 */
export function readDeployment(assemblyDirectory: string): DeployedPipeline[] {
  return findPipelines(readAssembly(assemblyDirectory)).map(readPipeline);
}

function readPipeline(pipeline: FoundPipeline): DeployedPipeline {
  const { name, id } = pipeline;
  const run = resourceOf(pipeline, 'run', 'AWS::Lambda::Function');
  const { stackName, stageDirectory, region } = run.stack;
  const { Runtime, Architectures, Code } = functionSchema.parse(run.resource.properties);
  const codeDirectory = run.stack.assetDirectory(Code.S3Key);
  const notes = readNotes(codeDirectory);
  const workFolder = workFolderOf(codeDirectory);
  if (notes === undefined || workFolder === undefined) {
    throw new Error(`${codeDirectory} was not built for this machine`);
  }
  return {
    name,
    id,
    stackName,
    nameInOutput: run.resource.mark?.pipeline ?? name,
    region,
    runConcurrency: concurrencyOf(pipeline, 'tasks'),
    deliverConcurrency: concurrencyOf(pipeline, 'callbacks'),
    ...readBootstrap(stageDirectory, stackName),
    runtime: Runtime,
    architecture: Architectures[0],
    tasks: notes.tasks,
    workFolder,
  };
}

/** @param queue part of the queue that the event source mapping reads */
function concurrencyOf(pipeline: FoundPipeline, queue: string): number {
  const { resource } = resourceOf(pipeline, queue, 'AWS::Lambda::EventSourceMapping');
  return mappingSchema.parse(resource.properties).ScalingConfig.MaximumConcurrency;
}

function resourceOf({ name, resources }: FoundPipeline, part: string, type: string): PipelineResource {
  const found = resources.find((one) => one.part === part && one.resource.type === type);
  if (found === undefined) throw new Error(`The pipeline ${name} has no ${type} of the part ${part}.`);
  return found;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          stackName: z.string().optional(),
          requiresBootstrapStackVersion: z.number().optional(),
          bootstrapStackVersionSsmParameter: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

type BootstrapDemand = Pick<DeployedPipeline, 'bootstrapVersion' | 'bootstrapParameter'>;

function readBootstrap(directory: AssemblyStack['stageDirectory'], stackName: string): BootstrapDemand {
  const manifest = readFileSync(join(directory, 'manifest.json'), 'utf8');
  const { artifacts } = manifestSchema.parse(JSON.parse(manifest));
  const [, stack] =
    Object.entries(artifacts).find(
      ([id, { type, properties }]) =>
        type === 'aws:cloudformation:stack' && (properties?.stackName ?? id) === stackName,
    ) ?? [];
  return {
    bootstrapVersion: stack?.properties?.requiresBootstrapStackVersion ?? 0,
    bootstrapParameter:
      stack?.properties?.bootstrapStackVersionSsmParameter ?? '/cdk-bootstrap/hnb659fds/version',
  };
}
