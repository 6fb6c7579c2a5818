import { Aspects, CfnResource } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { RESOURCE_MARK, type ResourceMark } from '../lambda/contract/resource-mark.ts';

/**
 * Marks every resource below the pipeline, also those that are added later.
 *
 * @param name the pipeline's name, unique in its account and region
 */
export function markResources(pipeline: Construct, name: string): void {
  const depth = pipeline.node.scopes.length;
  const visit = (node: IConstruct) => {
    const part = node.node.scopes[depth];
    if (part === undefined || !CfnResource.isCfnResource(node)) return;
    const mark: ResourceMark = { pipeline: name, part: kebabCase(part.node.id) };
    node.addMetadata(RESOURCE_MARK, mark);
  };
  Aspects.of(pipeline).add({ visit });
}

/** `DeadLetters` → `dead-letters`. */
function kebabCase(id: string): string {
  return id.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase();
}
