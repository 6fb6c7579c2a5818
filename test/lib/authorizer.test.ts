import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { synthesize, unbundledApp } from '../support/synthesize.ts';

const JWT = { auth: 'jwt', jwtIssuer: 'https://login.example.com/tenant', jwtAudience: 'tasks,other' };

const templates = { iam: synthesize(), jwt: synthesize(JWT), 'api-key': synthesize({ auth: 'api-key' }) };

type Resources = Record<string, { Properties: Record<string, unknown> }>;
const properties = (template: Template, type: string) =>
  Object.values(template.findResources(type) as Resources).map(({ Properties }) => Properties);

/** Who is asked about each route, without CDK's hashes. */
function authorizers(template: Template) {
  return properties(template, 'AWS::ApiGatewayV2::Route').map(({ AuthorizationType, AuthorizerId }) => [
    AuthorizationType,
    (AuthorizerId as { Ref: string } | undefined)?.Ref.slice(0, -8),
  ]);
}

describe('every route, health included, has the authorizer', () => {
  test.each([
    ['iam', ['AWS_IAM', undefined]],
    ['jwt', ['JWT', 'PipelineApiHttpApiJwt']],
    ['api-key', ['CUSTOM', 'PipelineApiHttpApiApiKeys']],
  ] as const)('with auth=%s', (kind, authorizer) => {
    expect(authorizers(templates[kind])).toEqual(Array.from({ length: 9 }, () => authorizer));
  });
});

describe.each(['iam', 'jwt', 'api-key'] as const)('with auth=%s, each function behind a route', (kind) => {
  test('knows how its clients are authenticated', () => {
    const told = Object.entries(templates[kind].findResources('AWS::Lambda::Function') as Resources).map(
      ([id, { Properties }]) => [
        /^Pipeline(\w+)Function/.exec(id)?.[1],
        (Properties.Environment as { Variables: Record<string, string> }).Variables.AUTH,
      ],
    );
    expect(Object.fromEntries(told.filter(([, auth]) => auth !== undefined))).toEqual({
      Submit: kind,
      TaskStatus: kind,
      CompleteTask: kind,
    });
    // In the pipeline's output, which is JSON.
    expect(JSON.stringify(templates[kind].findOutputs('*'))).toContain(String.raw`\"auth\":\"${kind}\"`);
  });
});

describe('the authorizer of tokens', () => {
  test('takes those of the issuer, made for one of the audiences', () => {
    expect(properties(templates.jwt, 'AWS::ApiGatewayV2::Authorizer')).toEqual([
      {
        ApiId: { Ref: expect.stringMatching(/^PipelineApiHttpApi/) },
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://login.example.com/tenant', Audience: ['tasks', 'other'] },
        Name: 'Jwt',
      },
    ]);
  });
});

describe('the authorizer of keys', () => {
  const template = templates['api-key'];

  test('asks the function, by the one header, and remembers its answers for 60 s', () => {
    expect(properties(template, 'AWS::ApiGatewayV2::Authorizer')).toEqual([
      {
        ApiId: { Ref: expect.stringMatching(/^PipelineApiHttpApi/) },
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 60,
        AuthorizerUri: expect.anything(),
        IdentitySource: ['$request.header.Authorization'],
        Name: 'ApiKeys',
      },
    ]);
  });

  test('may be called by this API’s authorizer, and read one item of the keys; no more', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineAuthorizeFunction'), 'Arn'] },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: Match.objectLike({
        'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/authorizers/$')])],
      }),
    });
    const policies = template.findResources('AWS::IAM::Policy') as Resources;
    const statements = Object.entries(policies)
      .filter(([id]) => id.startsWith('PipelineAuthorizeRole'))
      .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: unknown[] }).Statement);
    expect(statements).toEqual([
      expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
      {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^PipelineLedgerTable/), 'Arn'] },
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['api-keys'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
          Bool: { 'aws:SecureTransport': 'true' },
        },
      },
    ]);
  });

  test('is no part of other deployments, and nobody else reads the keys', () => {
    expect(Object.keys(templates.iam.findResources('AWS::Lambda::Function'))).toHaveLength(6);
    expect(Object.keys(template.findResources('AWS::Lambda::Function'))).toHaveLength(7);
    const readers = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([, policy]) =>
      JSON.stringify(policy).includes('api-keys'),
    );
    expect(readers.map(([id]) => id)).toEqual([expect.stringMatching(/^PipelineAuthorizeRole/)]);
  });
});

test('the throttle of the API is what the settings say', () => {
  synthesize({ rateLimit: '50', rateBurst: '20' }).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 20 },
  });
});

test('only AWS credentials can be granted the use of an API', () => {
  const stack = new Stack(unbundledApp(), 'Shop');
  const pipeline = new CallbackCompletion(stack, 'Tasks', { auth: 'api-key' });
  const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  expect(() => pipeline.grantUse(client)).toThrow(
    'grantUse is for auth=iam; with auth=api-key clients get access by npm run ops -- keys create',
  );
});
