// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's own placeholders
import { describe, expect, it } from 'vitest';
import { type ReferenceValues, resolve } from '../../local/intrinsics.ts';

const values: ReferenceValues = {
  pseudoParameters: { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '000000000000' },
  value: (logicalId, attribute) =>
    ({ Queue: 'http://sqs/Queue', 'Queue.Arn': 'arn:queue' })[
      attribute === undefined ? logicalId : `${logicalId}.${attribute}`
    ],
  condition: () => undefined,
  mapped: () => undefined,
  imported: () => undefined,
  stackOutput: () => undefined,
};

const resolved = (value: unknown) => resolve(value, 'Resources.Run.Properties', values);

describe('resolving intrinsic functions', () => {
  it('replaces references wherever they stand', () => {
    expect(
      resolved({
        plain: [1, true, null, 'text'],
        url: { Ref: 'Queue' },
        arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        region: { Ref: 'AWS::Region' },
      }),
    ).toEqual({
      plain: [1, true, null, 'text'],
      url: 'http://sqs/Queue',
      arn: 'arn:queue',
      region: 'us-east-1',
    });
  });

  it('joins, substitutes, splits and selects', () => {
    expect(resolved({ 'Fn::Join': ['/', ['a', { Ref: 'Queue' }, 3]] })).toBe('a/http://sqs/Queue/3');
    expect(resolved({ 'Fn::Sub': '${AWS::AccountId}-${Queue.Arn}-${!literal}' })).toBe(
      '000000000000-arn:queue-${literal}',
    );
    expect(resolved({ 'Fn::Sub': ['${name}!', { name: { Ref: 'Queue' } }] })).toBe('http://sqs/Queue!');
    expect(resolved({ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] })).toBe(
      'queue',
    );
  });

  it('leaves out what is AWS::NoValue', () => {
    expect(resolved({ kept: 1, gone: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }, 2] })).toEqual({
      kept: 1,
      list: [2],
    });
  });

  it.each([
    [
      { Environment: { A: { 'Fn::ImportValue': 'x' } } },
      'Resources.Run.Properties.Environment.A.Fn::ImportValue: the local stack has no value for the export x',
    ],
    [[{ Ref: 'Bucket' }], 'Resources.Run.Properties[0].Ref: the local stack has no value for Bucket'],
    [
      { 'Fn::GetAtt': ['Queue', 'Colour'] },
      'Resources.Run.Properties.Fn::GetAtt: the local stack has no value for Queue.Colour',
    ],
    [
      { 'Fn::Join': ['', ['a', { Ref: 'AWS::Moon' }]] },
      'Resources.Run.Properties.Fn::Join[1][1].Ref: the local stack has no value for AWS::Moon',
    ],
    [
      { 'Fn::Sub': '${Nothing}' },
      'Resources.Run.Properties.Fn::Sub: the local stack has no value for Nothing',
    ],
  ])('tells where it met what it does not know: %j', (value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});
