import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { SynthesisError } from '../../local/synthesize.ts';
import { temporaryDirectory, writeAssembly } from './assembly-fixture.ts';

describe('reading an assembly', () => {
  it('finds the stack, its resources and its assets', () => {
    const directory = writeAssembly(
      { Queue: { Type: 'AWS::SQS::Queue' } },
      { Run: 'exports.handler = () => 1' },
    );

    const assembly = readAssembly(directory);

    expect(assembly.stacks).toHaveLength(1);
    const [stack] = assembly.stacks;
    expect(stack).toMatchObject({ name: 'Test', prefix: 'Test', stackName: 'Test' });
    expect(stack?.resources.get('Queue')).toEqual({ type: 'AWS::SQS::Queue', properties: {} });
    expect(stack?.assetDirectory('Run.zip')).toBe(`${directory}/asset.Run`);
    expect(() => stack?.assetDirectory('Other.zip')).toThrow('no asset has the object key Other.zip');
  });

  it('is refused if the app has written none, since it is another program or has a folder of its own', () => {
    expect(() => readAssembly(temporaryDirectory())).toThrow(
      new SynthesisError(
        'The "app" command of cdk.json ended without an error, but wrote no cloud assembly. Name the command that runs your CDK app, and create its App without `outdir`.',
      ),
    );
  });
});
