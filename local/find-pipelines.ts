import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.ts';
import { holds } from './intrinsics.ts';
import { pipelineName, type References } from './references.ts';
import { UserError } from './user-error.ts';

/** A resource of a pipeline. */
export interface PipelineResource {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly resource: TemplateResource;
  /** The part of the pipeline that it belongs to. */
  readonly part: string;
}

/** A pipeline as its resources' marks show it. */
export interface FoundPipeline {
  /** Unique in the app: `Shop/Callbacks`. */
  readonly name: string;
  /** Id of its construct: `Callbacks`. */
  readonly id: string;
  /** Name of the stack at the top. */
  readonly stackName: string;
  readonly resources: readonly PipelineResource[];
}

/** An app without a pipeline that can be run. The message states what to do. */
export class NoPipelineError extends UserError {
  override readonly name = 'NoPipelineError';
}

/**
 * Finds the pipelines of an app by the marks of their resources.
 *
 * @throws NoPipelineError if there is none
 */
export function findPipelines({ stacks }: Assembly): readonly FoundPipeline[] {
  const found = new Map<string, PipelineResource[]>();
  for (const stack of stacks) {
    for (const [logicalId, resource] of stack.resources) {
      if (resource.mark === undefined) continue;
      const name = pipelineName(stack, resource.mark);
      const resources = found.get(name) ?? [];
      found.set(name, resources);
      resources.push({ stack, logicalId, resource, part: resource.mark.part });
    }
  }
  if (found.size === 0) throw noPipeline(stacks);
  return [...found].map(([name, resources]) => ({
    name,
    id: name.slice(name.lastIndexOf('/') + 1),
    stackName: resources[0]?.stack.name ?? '',
    resources,
  }));
}

/** Leaves out what a condition of the template excludes. */
export function existingResources(
  { resources }: FoundPipeline,
  references: References,
): readonly PipelineResource[] {
  return resources.filter(({ stack, logicalId, resource: { condition } }) => {
    const path = `Resources.${logicalId}`;
    return condition === undefined || holds({ Condition: condition }, path, references.in(stack));
  });
}

function noPipeline(stacks: readonly AssemblyStack[]): NoPipelineError {
  const old = stacks.find(({ resources }) => [...resources.values()].some(isFunctionOfOldPipeline));
  if (old !== undefined) {
    return new NoPipelineError(
      `The stack ${old.name} has a pipeline of an older version of callback-completion, which the local stack does not find. Update callback-completion in the app and start again.`,
    );
  }
  const names = [...new Set(stacks.map(({ name }) => name))].join(', ');
  const where = names === '' ? 'The app has no stacks' : `These stacks were searched: ${names}`;
  return new NoPipelineError(
    `The app has no pipeline: no CallbackCompletion construct of this version was found. ${where}. Add \`new CallbackCompletion(stack, 'Callbacks')\` to a stack and start again.`,
  );
}

/** Before resources were marked, functions had the same variables. */
function isFunctionOfOldPipeline({ type, properties }: TemplateResource): boolean {
  if (type !== 'AWS::Lambda::Function') return false;
  const variables = JSON.stringify(properties.Environment ?? {});
  return [ENVIRONMENT.ledgerTable, ENVIRONMENT.tasksQueueUrl].every((name) =>
    variables.includes(`"${name}"`),
  );
}
