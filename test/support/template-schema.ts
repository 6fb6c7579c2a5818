/**
 * Checks a synthesized CloudFormation template against CloudFormation's own resource schema, offline: unknown
 * resource types and properties, missing required ones, values of the wrong type or outside an enumeration,
 * and references to resources or attributes that do not exist. Ranges and patterns it cannot see.
 */
import serviceSpec from '@aws-cdk/aws-service-spec';
import type { PropertyType, Resource, TypeDefinition } from '@aws-cdk/service-spec-types';

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;

const database = serviceSpec.loadAwsServiceSpecSync();

/** What is wrong with the template, one line each, `LogicalId.Property.…: reason`; empty where all is well. */
export function schemaViolations(template: Template): string[] {
  const resources = Object.entries(template.Resources).flatMap(([id, resource]) => {
    const known = resourceType(resource.Type);
    if (known === undefined) return [`${id}: unknown resource type ${resource.Type}`];
    return fieldViolations(id, known.properties, resource.Properties ?? {});
  });
  return [...resources, ...referenceViolations('', [template.Resources, template.Outputs], template)];
}

function fieldViolations(path: string, fields: Fields, given: Readonly<Record<string, unknown>>): string[] {
  const missing = Object.entries(fields)
    .filter(([name, field]) => field.required === true && !(name in given))
    .map(([name]) => `${path}.${name}: required and missing`);
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const field = fields[name];
    return field === undefined
      ? [`${path}.${name}: unknown property`]
      : valueViolations(`${path}.${name}`, field.type, value);
  });
  return [...missing, ...wrong];
}

function valueViolations(path: string, type: PropertyType, value: unknown): string[] {
  if (isIntrinsic(value)) return [];
  const fits = (condition: boolean) =>
    condition ? [] : [`${path}: ${JSON.stringify(value)} is no ${type.type}`];
  switch (type.type) {
    case 'string':
      if (type.allowedValues?.includes(String(value)) === false) {
        return [`${path}: ${JSON.stringify(value)} is none of ${type.allowedValues.join(', ')}`];
      }
      return fits(typeof value === 'string');
    case 'date-time':
      return fits(typeof value === 'string');
    case 'integer':
      return fits(Number.isInteger(value));
    case 'number':
      return fits(typeof value === 'number');
    case 'boolean':
      return fits(typeof value === 'boolean');
    case 'json':
      return fits(typeof value === 'object' || typeof value === 'string');
    case 'null':
      return fits(value === null);
    case 'array':
      if (!Array.isArray(value)) return fits(false);
      return value.flatMap((item, index) => valueViolations(`${path}[${index}]`, type.element, item));
    case 'map':
      if (!isRecord(value)) return fits(false);
      return Object.entries(value).flatMap(([key, item]) =>
        valueViolations(`${path}.${key}`, type.element, item),
      );
    case 'union': {
      const attempts = type.types.map((option) => valueViolations(path, option, value));
      return attempts.some((violations) => violations.length === 0) ? [] : (attempts[0] ?? []);
    }
    case 'tag':
      return fits(isRecord(value) && 'Key' in value && 'Value' in value);
    case 'ref': {
      const definition: TypeDefinition = database.get('typeDefinition', type.reference.$ref);
      return isRecord(value) ? fieldViolations(path, definition.properties, value) : fits(false);
    }
  }
}

/** Follows every Ref and Fn::GetAtt below `node`. */
function referenceViolations(path: string, node: unknown, template: Template): string[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => referenceViolations(`${path}[${index}]`, item, template));
  }
  if (!isRecord(node)) return [];
  const { Ref: target, 'Fn::GetAtt': attribute } = node;
  if (typeof target === 'string') {
    const known =
      target.startsWith('AWS::') || target in template.Resources || target in (template.Parameters ?? {});
    return known ? [] : [`${path}: Ref to ${target}, which does not exist`];
  }
  if (Array.isArray(attribute)) {
    const [id, name] = attribute.map(String);
    const resource = resourceType(template.Resources[id ?? '']?.Type ?? '');
    return resource?.attributes[name ?? ''] === undefined
      ? [`${path}: Fn::GetAtt of ${id}.${name}, which does not exist`]
      : [];
  }
  return Object.entries(node).flatMap(([key, item]) => referenceViolations(`${path}.${key}`, item, template));
}

function resourceType(type: string): Resource | undefined {
  return database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

/** `{Ref: …}` and `{Fn::…: …}` are values that only a deployment knows. */
function isIntrinsic(value: unknown): boolean {
  const [key, ...others] = isRecord(value) ? Object.keys(value) : [];
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
