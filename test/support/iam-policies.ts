import type { RecordedCall } from './recorded-call.ts';
import type { Template } from './template-schema.ts';

/** One action that a function's role may use on one resource. */
export interface Permission {
  /** Logical id of the function. */
  readonly function: string;
  readonly action: string;
  /** Logical id of the resource. */
  readonly resource: string;
  /** Pattern of the partition keys that it is confined to; undefined: it is not. */
  readonly leadingKeys: string | undefined;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** All that a template's functions are allowed by policies of their roles, one by one. */
export function permissionsOf(template: Template): Permission[] {
  const resources = Object.entries(template.Resources);
  return resources
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .flatMap(([id, { Properties = {} }]) => {
      const role = namedBy(Properties.Role);
      return resources
        .filter(
          ([, { Type, Properties: policy }]) => Type === 'AWS::IAM::Policy' && rolesOf(policy).includes(role),
        )
        .flatMap(([, { Properties: policy = {} }]) =>
          (policy.PolicyDocument as { readonly Statement: readonly Statement[] }).Statement.flatMap(
            (statement) => permissionsIn(statement).map((permission) => ({ function: id, ...permission })),
          ),
        );
    });
}

function permissionsIn({ Effect, Action, Resource, Condition }: Statement): Omit<Permission, 'function'>[] {
  if (Effect !== 'Allow') throw new Error(`a policy of a role says ${Effect}`);
  return [Action].flat().flatMap((action) =>
    [Resource].flat().flatMap((resource) =>
      leadingKeysIn(Condition).map((leadingKeys) => ({
        action,
        resource: namedBy(resource),
        leadingKeys,
      })),
    ),
  );
}

/** Only the one kind of condition that the stack writes is understood; another must not be overlooked. */
function leadingKeysIn(condition: Statement['Condition']): (string | undefined)[] {
  if (condition === undefined) return [undefined];
  const { 'ForAllValues:StringLike': patterns, Null, Bool, ...others } = condition;
  const key = 'dynamodb:LeadingKeys';
  const isKnown =
    Object.keys(others).length === 0 &&
    Bool?.['aws:SecureTransport'] === 'true' &&
    Null?.[key] === 'false' &&
    Object.keys(patterns ?? {}).join() === key;
  if (!isKnown) throw new Error(`not understood: the condition ${JSON.stringify(condition)}`);
  return patterns?.[key] as string[];
}

/** The logical id in `{ Ref }` or `{ 'Fn::GetAtt': [id, 'Arn'] }`. */
function namedBy(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = reference as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  const id = Ref ?? attribute?.[0];
  if (id === undefined)
    throw new Error(`a policy names no resource of the template: ${JSON.stringify(reference)}`);
  return id;
}

function rolesOf(policy: Readonly<Record<string, unknown>> = {}): string[] {
  return (policy.Roles as readonly unknown[]).map(namedBy);
}

/** Whether a permission allows a call, as IAM decides it. */
export function allows(permission: Permission, call: RecordedCall): boolean {
  const { leadingKeys: pattern } = permission;
  const confined =
    pattern === undefined ||
    (call.leadingKeys.length > 0 && call.leadingKeys.every((key) => stringLike(pattern, key)));
  return (
    permission.function === call.caller &&
    permission.action === call.action &&
    // The local stack calls a resource by its stack and its logical id.
    call.resource.endsWith(`-${permission.resource}`) &&
    confined
  );
}

/** IAM's StringLike, as far as it is used: an asterisk at the end. */
function stringLike(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
