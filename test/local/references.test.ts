// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's own placeholders
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { lambdaFunction, markedResources, type WrittenStack, writeStacks } from './assembly-fixture.ts';

const ENDPOINTS = { api: () => 'http://api', s3: 'http://127.0.0.1:4566', sqs: 'http://sqs' };

type Entries = Readonly<Record<string, unknown>>;

/** What the work of the stack Test finds in a variable. */
function found(
  value: unknown,
  sections: Entries = {},
  stacks: Readonly<Record<string, WrittenStack>> = {},
): string | undefined {
  const Run = lambdaFunction('Run', { Environment: { Variables: { FOUND: value } } });
  const { Resources = {}, ...others } = sections;
  const resources = markedResources({ ...(Resources as Entries), Run });
  const test = { template: { Resources: resources, ...others }, region: 'eu-west-1' };
  const assembly = readAssembly(writeStacks({ Test: test, ...stacks }, { Run: '' }));
  return describeApp(assembly, ENDPOINTS).pipelines[0]?.functions[0]?.environment.FOUND;
}

const BUCKET = { Type: 'AWS::S3::Bucket' };
const storage = (Outputs: Entries): Entries => ({ Resources: { Documents: BUCKET }, Outputs });

describe('a reference to another stack', () => {
  const Name = { Value: { Ref: 'Documents' } };

  it('stands for the output that is named', () => {
    const output = { 'Fn::GetStackOutput': { StackName: 'Storage', OutputName: 'Name' } };
    const inRegion = (Region: string) => ({
      'Fn::GetStackOutput': { StackName: 'Storage', OutputName: 'Name', Region },
    });
    const stacks = { Storage: { template: storage({ Name }) } };

    expect(found(output, {}, stacks)).toBe('storage-documents');
    expect(found({ 'Fn::Sub': ['s3://${name}', { name: output }] }, {}, stacks)).toBe(
      's3://storage-documents',
    );
    // Two regions have a stack of that name, which then go by their paths in the app.
    const both = {
      Eu: { template: storage({ Name }), stackName: 'Storage', region: 'eu-west-1' },
      Us: { template: storage({ Name }), stackName: 'Storage', region: 'us-east-1' },
    };
    expect(found(output, {}, both)).toBe('eu-documents');
    expect(found(inRegion('us-east-1'), {}, both)).toBe('us-documents');
  });

  it('stands for what is exported under the name', () => {
    const exported = { Name: { ...Name, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Documents' } } } };
    const odd = { Odd: { Value: 1, Export: { Name: { Ref: 'Nothing' } } } };
    const stacks = { Storage: { template: storage({ ...odd, ...exported }) } };

    expect(found({ 'Fn::ImportValue': 'Storage:Documents' }, {}, stacks)).toBe('storage-documents');
    expect(found({ 'Fn::ImportValue': { 'Fn::Join': [':', ['Storage', 'Documents']] } }, {}, stacks)).toBe(
      'storage-documents',
    );
  });

  it('needs a value of .env if nothing has that name, or the output cannot be resolved', () => {
    const missing = { 'Fn::ImportValue': 'Storage:Other' };
    const message = (reference: unknown) =>
      `The environment variable FOUND of the work refers to ${JSON.stringify(reference)}, which the local stack does not have. Set a value for this machine in .env: FOUND=…`;
    expect(() => found(missing, {}, {})).toThrow(message(missing));

    const output = { 'Fn::GetStackOutput': { StackName: 'Storage', OutputName: 'Stream' } };
    const Stream = { Value: { 'Fn::GetAtt': ['Documents', 'WebsiteURL'] } };
    expect(() => found(output, {}, { Storage: { template: storage({ Stream }) } })).toThrow(message(output));
  });
});

describe('a reference to a parameter', () => {
  it('stands for its default', () => {
    const Parameters = {
      Colour: { Type: 'String', Default: 'green' },
      Pages: { Type: 'Number', Default: 12 },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    };

    expect(found({ Ref: 'Colour' }, { Parameters })).toBe('green');
    expect(found({ Ref: 'Pages' }, { Parameters })).toBe('12');
    expect(found({ 'Fn::Join': ['+', { Ref: 'Zones' }] }, { Parameters })).toBe('a+b');
    expect(found({ 'Fn::Select': ['1', { Ref: 'Zones' }] }, { Parameters })).toBe('b');
  });

  it.each([
    ['has no default', { Type: 'String' }],
    ['names one of Systems Manager', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/vendor/url' }],
  ])('needs a value of .env if it %s', (_why, Url) => {
    expect(() => found({ Ref: 'Url' }, { Parameters: { Url } })).toThrow(/in \.env: FOUND=…$/);
  });
});

describe('a value that depends on conditions and mappings', () => {
  const sections = {
    Parameters: { Stage: { Type: 'String', Default: 'dev' } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      IsHere: { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'IsProd' }] }, { 'Fn::Equals': ['1', 1] }] },
      Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsHere' }] },
      Odd: { 'Fn::Contains': [['a'], 'a'] },
    },
    Mappings: { Sizes: { dev: { pages: 3 } } },
  };

  it('is the one that holds here', () => {
    expect(found({ 'Fn::If': ['IsProd', 'much', 'little'] }, sections)).toBe('little');
    expect(found({ 'Fn::If': ['Either', 'yes', { Ref: 'Nothing' }] }, sections)).toBe('yes');
    expect(found({ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'pages'] }, sections)).toBe('3');
  });

  it('is not set if it is AWS::NoValue', () => {
    expect(found({ 'Fn::If': ['IsProd', 'x', { Ref: 'AWS::NoValue' }] }, sections)).toBeUndefined();
  });

  it('needs a value of .env if that cannot be decided', () => {
    expect(() => found({ 'Fn::If': ['Odd', 'a', 'b'] }, sections)).toThrow(/FOUND=…$/);
    expect(() => found({ 'Fn::FindInMap': ['Sizes', 'prod', 'pages'] }, sections)).toThrow(/FOUND=…$/);
  });
});

describe('a resource that the app names itself', () => {
  const Documents = { ...BUCKET, Properties: { BucketName: 'shop-documents' } };

  it('is created if the work has its name as plain text, as references to other regions are', () => {
    const Run = lambdaFunction('Run', { Environment: { Variables: { BUCKET: 'shop-documents' } } });
    const Submit = lambdaFunction('Submit', { Environment: { Variables: { OTHER: 'unused' } } });
    const stacks = {
      Test: { template: { Resources: markedResources({ Run, Submit }) } },
      Eu: { template: { Resources: { Documents } }, stackName: 'Storage', region: 'eu-west-1' },
      // One bucket here, as nothing tells the two apart.
      Us: { template: { Resources: { Documents } }, stackName: 'Storage', region: 'us-east-1' },
      More: { template: { Resources: { Unused: { ...BUCKET, Properties: { BucketName: 'unused' } } } } },
    };

    const { buckets } = describeApp(readAssembly(writeStacks(stacks, { Run: '', Submit: '' })), ENDPOINTS);

    expect(buckets.map(({ name }) => name)).toEqual(['shop-documents']);
  });
});
