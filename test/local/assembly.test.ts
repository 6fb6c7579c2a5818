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

    expect(assembly.stackName).toBe('Test');
    expect(assembly.resources.get('Queue')).toEqual({ type: 'AWS::SQS::Queue', properties: {} });
    expect(assembly.assetDirectory('Run.zip')).toBe(`${directory}/asset.Run`);
    expect(() => assembly.assetDirectory('Other.zip')).toThrow('no asset has the object key Other.zip');
  });
});
