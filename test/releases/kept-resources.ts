import serviceSpec from '@aws-cdk/aws-service-spec';

/** A resource whose replacement would lose data, or an address that somebody outside the stack uses. */
export interface KeptResource {
  readonly type: string;
  /** The properties whose change replaces the resource, as the template gives them. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * Types that hold data or an address, each with the properties that replace its content in addition to those that
 * CloudFormation's resource schema names.
 */
const KEPT_TYPES: Readonly<Record<string, readonly string[]>> = {
  // The type of a key attribute cannot change.
  'AWS::DynamoDB::Table': ['AttributeDefinitions'],
  'AWS::SQS::Queue': [],
  // CloudFormation generates a new value if any of this changes, and every client's signing secret with it.
  'AWS::SecretsManager::Secret': ['GenerateSecretString'],
  'AWS::ApiGatewayV2::Api': [],
  'AWS::SNS::Topic': [],
  'AWS::Logs::LogGroup': [],
};

const specification = serviceSpec.loadAwsServiceSpecSync();

/** The resources of a template that no later release may replace, by logical id. */
export function keptResources(
  resources: Readonly<Record<string, TemplateResource>>,
): Record<string, KeptResource> {
  return Object.fromEntries(
    Object.entries(resources).flatMap(([logicalId, { Type: type, Properties = {} }]) => {
      const besides = KEPT_TYPES[type];
      if (besides === undefined) return [];
      const names = [...replacingProperties(type), ...besides];
      const fixed = Object.entries(Properties).filter(([name]) => names.includes(name));
      return [[logicalId, { type, fixed: Object.fromEntries(fixed) }]];
    }),
  );
}

function replacingProperties(type: string): string[] {
  const [resource] = specification.lookup('resource', 'cloudFormationType', 'equals', type);
  if (resource === undefined) throw new Error(`CloudFormation's schema has no resource type ${type}.`);
  return Object.entries(resource.properties)
    .filter(([, { causesReplacement = 'no' }]) => causesReplacement !== 'no')
    .map(([name]) => name);
}
