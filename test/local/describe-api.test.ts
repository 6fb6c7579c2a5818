import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { lambdaFunction, writeAssembly } from './assembly-fixture.ts';

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const KEYS = {
  AuthorizerType: 'REQUEST',
  AuthorizerPayloadFormatVersion: '2.0',
  EnableSimpleResponses: true,
  AuthorizerResultTtlInSeconds: 60,
  AuthorizerUri: {
    'Fn::Join': [
      '',
      ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/', arn('Authorize'), '/invocations'],
    ],
  },
  IdentitySource: ['$request.header.X-Api-Key'],
};

/** The API of a template with one route, whose authorizer is as given. */
function described(route: object, authorizer: object = KEYS, stage: object = {}, api: object = {}) {
  const directory = writeAssembly(
    {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: api },
      Authorizer: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: authorizer },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { IntegrationUri: arn('Serve'), PayloadFormatVersion: '2.0' },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey: 'GET /x',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
          ...route,
        },
      },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: stage },
      Serve: lambdaFunction('Serve'),
      Authorize: lambdaFunction('Authorize'),
    },
    { Serve: '', Authorize: '' },
  );
  const endpoints = { api: () => 'http://api', s3: 'http://s3', sqs: 'http://sqs' };
  const [pipeline] = describeApp(readAssembly(directory), endpoints).pipelines;
  if (pipeline === undefined) throw new Error('no pipeline');
  return pipeline;
}

const custom = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };
const jwt = { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' } };

describe('the API of a template', () => {
  it('has for each route who vouches for its callers', () => {
    const authorizer = (...of: Parameters<typeof described>) => described(...of).routes[0]?.authorizer;

    expect(authorizer({})).toEqual({ type: 'none' });
    expect(authorizer({ AuthorizationType: 'AWS_IAM' })).toEqual({ type: 'iam' });
    expect(
      authorizer(jwt, {
        AuthorizerType: 'JWT',
        JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['tasks'] },
      }),
    ).toEqual({ type: 'jwt', issuer: 'https://login.example.com' });
    expect(authorizer(custom)).toEqual({
      type: 'function',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Test-Authorize',
      identityHeader: 'x-api-key',
      rememberedForSeconds: 60,
    });
  });

  it('has the throttle of its stage', () => {
    const DefaultRouteSettings = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 20 };

    expect(described({}, KEYS, { DefaultRouteSettings }).throttle).toEqual({
      requestsPerSecond: 50,
      burst: 20,
    });
    expect(described({}).throttle).toBeUndefined();
  });

  it('has the CORS settings of the API', () => {
    const CorsConfiguration = {
      AllowOrigins: ['https://app.example.com'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['content-type'],
      MaxAge: 300,
    };

    expect(described({}, KEYS, {}, { CorsConfiguration }).cors).toEqual({
      allowOrigins: ['https://app.example.com'],
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['content-type'],
      exposeHeaders: [],
      allowCredentials: false,
      maxAgeSeconds: 300,
    });
    expect(described({}).cors).toBeUndefined();
  });

  it.each<[string, object, object]>([
    ['an authorizer that is not there', { ...custom, AuthorizerId: 'other' }, KEYS],
    ['an authorizer that answers policies', custom, { ...KEYS, EnableSimpleResponses: false }],
    ['an authorizer of payload 1.0', custom, { ...KEYS, AuthorizerPayloadFormatVersion: '1.0' }],
    [
      'an authorizer that looks at the query',
      custom,
      { ...KEYS, IdentitySource: ['$request.querystring.key'] },
    ],
    [
      'an authorizer that looks at two headers',
      custom,
      { ...KEYS, IdentitySource: ['$request.header.A', '$request.header.B'] },
    ],
    ['an authorization that there is not', { AuthorizationType: 'NOBODY' }, KEYS],
  ])('is not run with %s: it would be open or closed otherwise than on AWS', (_what, route, authorizer) => {
    expect(() => described(route, authorizer)).toThrow(/cannot be run locally|there is no such authorizer/);
  });
});
