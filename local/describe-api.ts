import * as z from 'zod';
import type { AuthorizerDescription, PipelineDescription } from './app-description.ts';
import type { CorsSettings } from './cors.ts';
import type { PropertyReader } from './property-reader.ts';
import { arn } from './references.ts';
import { TemplateError } from './template-error.ts';
import type { Throttle } from './token-bucket.ts';

/** Describes each of a pipeline's resources of a type. */
export type OfType = <T>(type: string, describe: (read: PropertyReader, logicalId: string) => T) => T[];

/** Describes the HTTP API of a pipeline. */
export function describeApi(ofType: OfType): Pick<PipelineDescription, 'routes' | 'throttle' | 'cors'> {
  const integrations = new Map(
    ofType('AWS::ApiGatewayV2::Integration', (read, logicalId) => {
      read.property('PayloadFormatVersion', z.literal('2.0'));
      return [logicalId, read.property('IntegrationUri', z.string())] as const;
    }),
  );
  const authorizers = new Map(
    ofType(
      'AWS::ApiGatewayV2::Authorizer',
      (read, logicalId) => [logicalId, describeAuthorizer(read)] as const,
    ),
  );
  return {
    routes: ofType('AWS::ApiGatewayV2::Route', (read) => {
      const target = read.property('Target', z.string());
      const uri = integrations.get(target.replace('integrations/', ''));
      if (uri === undefined)
        throw new TemplateError(`${read.path('Target')}: there is no integration ${target}`);
      return {
        routeKey: read.property('RouteKey', z.string()),
        functionArn: functionArn(uri),
        authorizer: authorizerOf(read, authorizers),
      };
    }),
    throttle: ofType('AWS::ApiGatewayV2::Stage', describeThrottle).find((throttle) => throttle !== undefined),
    cors: ofType('AWS::ApiGatewayV2::Api', describeCors).find((cors) => cors !== undefined),
  };
}

const corsSchema = z.object({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  AllowCredentials: z.boolean().default(false),
  MaxAge: z.number().optional(),
});

function describeCors(read: PropertyReader): CorsSettings | undefined {
  const cors = read.property('CorsConfiguration', corsSchema.optional());
  if (cors === undefined) return undefined;
  return {
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    allowCredentials: cors.AllowCredentials,
    maxAgeSeconds: cors.MaxAge,
  };
}

function authorizerOf(
  read: PropertyReader,
  authorizers: ReadonlyMap<string, AuthorizerDescription>,
): AuthorizerDescription {
  const type = read.property(
    'AuthorizationType',
    z.enum(['AWS_IAM', 'CUSTOM', 'JWT', 'NONE']).default('NONE'),
  );
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const authorizer = authorizers.get(read.property('AuthorizerId', z.string()));
  if (authorizer === undefined)
    throw new TemplateError(`${read.path('AuthorizerId')}: there is no such authorizer`);
  return authorizer;
}

const HEADER = /^\$request\.header\.([\w-]+)$/;

/** Of those that are functions, one that looks at one header can be run here. */
function describeAuthorizer(read: PropertyReader): AuthorizerDescription {
  const type = read.property('AuthorizerType', z.enum(['JWT', 'REQUEST']));
  if (type === 'JWT') {
    const { Issuer } = read.property('JwtConfiguration', z.object({ Issuer: z.string() }));
    return { type: 'jwt', issuer: Issuer };
  }
  read.property('AuthorizerPayloadFormatVersion', z.literal('2.0'));
  read.property('EnableSimpleResponses', z.literal(true));
  const [source] = read.property('IdentitySource', z.tuple([z.string().regex(HEADER)]));
  return {
    type: 'function',
    functionArn: functionArn(read.property('AuthorizerUri', z.string())),
    identityHeader: HEADER.exec(source)?.[1]?.toLowerCase() ?? '',
    rememberedForSeconds: read.property('AuthorizerResultTtlInSeconds', z.number().default(0)),
  };
}

function describeThrottle(read: PropertyReader): Throttle | undefined {
  const settings = read.property(
    'DefaultRouteSettings',
    z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }).optional(),
  );
  if (settings === undefined) return undefined;
  return { requestsPerSecond: settings.ThrottlingRateLimit, burst: settings.ThrottlingBurstLimit };
}

/** A function is named in templates by its name, its ARN, or an ARN that API Gateway wraps around that. */
export function functionArn(nameOrArn: string): string {
  const wrapped = /arn:aws:lambda:[^/]+/.exec(nameOrArn)?.[0];
  return wrapped ?? arn('lambda', `function:${nameOrArn}`);
}
