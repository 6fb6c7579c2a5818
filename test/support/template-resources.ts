import type { Template } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.ts';

/** A resource as the template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** One statement of a policy, be it a role's or a queue's. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Deployments that differ in who may do what, and in what is kept. */
export const DEPLOYMENTS = {
  default: synthesize(),
  production: synthesize({ stage: 'prod' }),
  'api-key': synthesize({ auth: 'api-key' }),
  jwt: synthesize({ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'tasks' }),
} as const;

/** The resources of a type. */
export function resources(type: string, of: Template = DEPLOYMENTS.default): Resource[] {
  return Object.values(of.findResources(type)) as unknown as Resource[];
}

/** The values of a property, of all resources of a type. */
export function values(type: string, property: string, of?: Template): unknown[] {
  return resources(type, of).map(({ Properties }) => Properties?.[property]);
}

/** The statements of each policy of a type. */
export function statements(type: 'AWS::IAM::Policy' | 'AWS::SQS::QueuePolicy', of?: Template): Statement[][] {
  return values(type, 'PolicyDocument', of).map(
    (document) => (document as { Statement: Statement[] }).Statement,
  );
}
