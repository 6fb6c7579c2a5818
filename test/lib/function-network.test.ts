import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import type { FunctionNetwork } from '../../lib/callback-completion-props.ts';
import { nagReport } from '../../lib/nag.ts';
import { unbundledApp } from '../support/synthesize.ts';

function shopWith(
  networkOf: (vpc: Vpc, stack: Stack) => { run?: FunctionNetwork; deliver?: FunctionNetwork },
) {
  const app = unbundledApp();
  const stack = new Stack(app, 'Shop');
  const vpc = new Vpc(stack, 'Vpc', {
    subnetConfiguration: [
      { name: 'public', subnetType: SubnetType.PUBLIC },
      { name: 'apps', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  const { run, deliver } = networkOf(vpc, stack);
  new CallbackCompletion(stack, 'Pipeline', {
    ...(run !== undefined && { runNetwork: run }),
    ...(deliver !== undefined && { deliverNetwork: deliver }),
  });
  return { app, template: Template.fromStack(stack) };
}

/** `PipelineRunFunction` of `PipelineRunFunction2A4B6C8D`. */
const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** The functions in a VPC: name → what they are connected to, without the hashes of logical ids. */
function connections(template: Template): Record<string, unknown> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  return Object.fromEntries(
    functions.flatMap(([id, { Properties }]) => {
      const { VpcConfig } = Properties;
      if (VpcConfig === undefined) return [];
      return [
        [
          withoutHash(id),
          {
            subnets: VpcConfig.SubnetIds.map(({ Ref }: { Ref: string }) => withoutHash(Ref)),
            groups: VpcConfig.SecurityGroupIds.map(({ 'Fn::GetAtt': [group] }: { 'Fn::GetAtt': string[] }) =>
              withoutHash(group ?? ''),
            ),
          },
        ],
      ];
    }),
  );
}

/** The roles' policies that allow anything in EC2: policy → actions and resource. */
function networkRights(template: Template): Record<string, unknown> {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return Object.fromEntries(
    policies.flatMap(([id, { Properties }]) => {
      const statements = Properties.PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes('ec2:'),
      );
      return statements.length === 0 ? [] : [[withoutHash(id), statements]];
    }),
  );
}

const NETWORK_INTERFACES = [
  {
    Effect: 'Allow',
    Action: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    Resource: '*',
  },
  {
    Effect: 'Deny',
    Action: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    Resource: '*',
    Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
  },
];

describe('a network for the work', () => {
  const { app, template } = shopWith((vpc) => ({ run: { vpc } }));

  it('connects run to the private subnets with a group of its own, and no other function', () => {
    expect(connections(template)).toEqual({
      PipelineRunFunction: {
        subnets: ['VpcappsSubnet1Subnet', 'VpcappsSubnet2Subnet'],
        groups: ['PipelineRunFunctionSecurityGroup'],
      },
    });
    expect(networkRights(template)).toEqual({ PipelineRunRoleDefaultPolicy: NETWORK_INTERFACES });
  });

  it('is set up once the role may do so, for Lambda checks that when it makes the function', () => {
    const [run] = Object.entries(template.findResources('AWS::Lambda::Function'))
      .filter(([id]) => id.startsWith('PipelineRunFunction'))
      .map(([, { DependsOn }]) => DependsOn.map(withoutHash));

    expect(run).toEqual(expect.arrayContaining(['PipelineRunRoleDefaultPolicy', 'PipelineRunRole']));
  });

  it('leaves nothing that AwsSolutions finds in the pipeline without a reason', () => {
    const found = nagReport(app).findings.filter(({ resource }) => resource.startsWith('Shop/Pipeline/'));

    expect(found.map(({ rule, resource, reason }) => [rule, resource, reason])).toEqual([
      [
        'AwsSolutions-IAM5[Resource::*]',
        'Shop/Pipeline/Run/Role/DefaultPolicy/Resource',
        'EC2 has no resource-level permissions for the network interfaces of a function.',
      ],
      [
        'AwsSolutions-SMG4',
        'Shop/Pipeline/MasterSecret/Secret/Resource',
        expect.stringMatching(/^Rotating it/),
      ],
    ]);
  });
});

describe('a network for callbacks', () => {
  const { template } = shopWith((vpc, stack) => ({
    deliver: {
      vpc,
      subnets: { subnetGroupName: 'data' },
      securityGroups: [
        new SecurityGroup(stack, 'Senders', { vpc: vpc as IVpc }),
        new SecurityGroup(stack, 'Audited', { vpc: vpc as IVpc }),
      ],
    },
  }));

  it('connects deliver to the given subnets and groups, and no other function', () => {
    expect(connections(template)).toEqual({
      PipelineDeliverFunction: {
        subnets: ['VpcdataSubnet1Subnet', 'VpcdataSubnet2Subnet'],
        groups: ['Senders', 'Audited'],
      },
    });
    expect(networkRights(template)).toEqual({ PipelineDeliverRoleDefaultPolicy: NETWORK_INTERFACES });
  });
});

it('no function is in a network by default', () => {
  const { template } = shopWith(() => ({}));

  expect([connections(template), networkRights(template)]).toEqual([{}, {}]);
});
