import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { findPipelines, NoPipelineError } from '../../local/find-pipelines.ts';
import { lambdaFunction, markedResources, writeStacks } from './assembly-fixture.ts';

const refused = (stacks: Parameters<typeof writeStacks>[0]) => {
  try {
    findPipelines(readAssembly(writeStacks(stacks)));
  } catch (error) {
    expect(error).toBeInstanceOf(NoPipelineError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

describe('finding pipelines', () => {
  it('finds each by the marks of its resources', () => {
    const first = markedResources({});
    const second = Object.entries(markedResources({}, 'Test/Reports'));
    const Resources = {
      ...first,
      ...Object.fromEntries(second.map(([id, resource]) => [`Two${id}`, resource])),
    };

    const found = findPipelines(readAssembly(writeStacks({ Test: { template: { Resources } } })));

    expect(
      found.map(({ name, id, stackName, resources }) => [name, id, stackName, resources.length]),
    ).toEqual([
      ['Test/Pipeline', 'Pipeline', 'Test', 5],
      ['Test/Reports', 'Reports', 'Test', 5],
    ]);
  });

  it('states in which stacks it looked if there is none', () => {
    const template = { Resources: { Documents: { Type: 'AWS::S3::Bucket' } } };

    expect(refused({ Storage: { template }, Shop: { template: {} } })).toBe(
      "The app has no pipeline: no CallbackCompletion construct of this version was found. These stacks were searched: Storage, Shop. Add `new CallbackCompletion(stack, 'Callbacks')` to a stack and start again.",
    );
    expect(refused({})).toBe(
      "The app has no pipeline: no CallbackCompletion construct of this version was found. The app has no stacks. Add `new CallbackCompletion(stack, 'Callbacks')` to a stack and start again.",
    );
  });

  it('recognizes a pipeline of a version that did not mark its resources', () => {
    const Variables = { LEDGER_TABLE: 'x', TASKS_QUEUE_URL: 'y' };
    const Run = lambdaFunction('Run', { Environment: { Variables } });

    expect(refused({ Storage: { template: {} }, Shop: { template: { Resources: { Run } } } })).toBe(
      'The stack Shop has a pipeline of an older version of callback-completion, which the local stack does not find. Update callback-completion in the app and start again.',
    );
  });
});
