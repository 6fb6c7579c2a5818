import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import type { CallbackCompletionProps } from '../../lib/callback-completion-props.ts';
import { nagReport } from '../../lib/nag.ts';
import { unbundledApp } from '../support/synthesize.ts';

function shopWith(props: CallbackCompletionProps = {}, ownKey = true) {
  const app = unbundledApp();
  const stack = new Stack(app, 'Shop');
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  new Role(stack, 'Other', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new CallbackCompletion(stack, 'Pipeline', { ...props, ...(ownKey && { encryptionKey }) });
  return { app, template: Template.fromStack(stack) };
}

const KEY_ARN = { 'Fn::GetAtt': [expect.stringMatching(/^Key[0-9A-F]{8}$/), 'Arn'] };

/** Each policy's statements about KMS, without the hashes of logical ids. */
function keyRights(template: Template): Record<string, unknown> {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return Object.fromEntries(
    policies.flatMap(([id, { Properties }]) => {
      const statements = Properties.PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes('kms:'),
      );
      return statements.length === 0 ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), statements]];
    }),
  );
}

const READ_AND_WRITE = [
  {
    Effect: 'Allow',
    Action: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    Resource: KEY_ARN,
  },
];

describe('a key of the deployment', () => {
  const { app, template } = shopWith();

  it('encrypts the ledger, each queue and the master secret', () => {
    const properties = (type: string, ...names: string[]) =>
      Object.values(template.findResources(type)).map(({ Properties }) =>
        names.map((name) => Properties[name]),
      );

    expect(properties('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([
      [{ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY_ARN }],
    ]);
    expect(properties('AWS::SQS::Queue', 'KmsMasterKeyId', 'SqsManagedSseEnabled')).toEqual([
      [KEY_ARN, undefined],
      [KEY_ARN, undefined],
      [KEY_ARN, undefined],
    ]);
    expect(properties('AWS::SecretsManager::Secret', 'KmsKeyId')).toEqual([[KEY_ARN]]);
  });

  it('may be used by the functions, each of which reads the ledger, and by no other role', () => {
    expect(keyRights(template)).toEqual({
      PipelineCompleteTaskRoleDefaultPolicy: READ_AND_WRITE,
      PipelineDeliverRoleDefaultPolicy: READ_AND_WRITE,
      PipelineRunRoleDefaultPolicy: READ_AND_WRITE,
      PipelineSubmitRoleDefaultPolicy: READ_AND_WRITE,
      PipelineTaskStatusRoleDefaultPolicy: READ_AND_WRITE,
      PipelineWakeRoleDefaultPolicy: READ_AND_WRITE,
    });
  });

  it('may be used by the function that reads keys of clients, if there is one', () => {
    const rights = keyRights(shopWith({ auth: 'api-key' }).template);

    expect(Object.keys(rights)).toHaveLength(7);
    expect(rights.PipelineAuthorizeRoleDefaultPolicy).toEqual(READ_AND_WRITE);
  });

  it('leaves nothing that AwsSolutions finds in the pipeline without a reason', () => {
    const found = nagReport(app).findings.filter(({ resource }) => resource.startsWith('Shop/Pipeline/'));

    expect(found.map(({ rule, resource }) => [rule, resource])).toEqual([
      ['AwsSolutions-SMG4', 'Shop/Pipeline/MasterSecret/Secret/Resource'],
    ]);
  });
});

it('keys that AWS owns encrypt all of it by default, and no role needs a right for them', () => {
  const { template } = shopWith({}, false);

  expect(keyRights(template)).toEqual({});
  expect(Object.values(template.findResources('AWS::SQS::Queue'))).toHaveLength(3);
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
});

it.each([
  [{}, ['arm64']],
  [{ architecture: 'x86_64' } as const, ['x86_64']],
])('with %j every function runs on %j', (props, expected) => {
  const functions = Object.values(shopWith(props).template.findResources('AWS::Lambda::Function'));

  expect(functions).toHaveLength(6);
  for (const { Properties } of functions) expect(Properties.Architectures).toEqual(expected);
});
