import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { writeAssembly } from './assembly-fixture.ts';

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
});
