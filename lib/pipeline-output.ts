import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PIPELINE_OUTPUT_FORM, type PipelineOutput } from '../lambda/contract/pipeline-output.ts';
import { VERSION } from '../lambda/contract/version.ts';

/** Construct that holds the outputs of all pipelines of a stack. */
const OUTPUTS = 'CallbackCompletionOutputs';

/**
 * Writes what the operators' tools need to know of a pipeline as one output of the outermost stack, so that they find it
 * by that stack's name even if the pipeline is in a nested stack.
 */
export function writeOutput(
  pipeline: Construct,
  described: Omit<PipelineOutput, 'callback_completion' | 'version'>,
): void {
  const stack = outermostStack(pipeline);
  const outputs =
    (stack.node.tryFindChild(OUTPUTS) as Construct | undefined) ?? new Construct(stack, OUTPUTS);
  const id = pipeline.node.scopes
    .slice(stack.node.scopes.length)
    .map((scope) => scope.node.id)
    .join('-');
  const output: PipelineOutput = {
    callback_completion: PIPELINE_OUTPUT_FORM,
    version: VERSION,
    ...described,
  };
  new CfnOutput(outputs, id, {
    value: stack.toJsonString(output),
    description: `The pipeline ${described.pipeline}; read by callback-completion ops, console and doctor`,
  });
}

/** Returns the stack that is deployed by its own name. */
export function outermostStack(scope: Construct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  return stack;
}
