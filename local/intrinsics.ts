import * as z from 'zod';
import { TemplateError } from './template-error.ts';

/** The values of references in a template. Each returns undefined for what the local stack does not have. */
export interface ReferenceValues {
  /** `AWS::Region` and the like → value. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** Returns the value of `Ref`, or of an attribute. */
  value(name: string, attribute: string | undefined): unknown;
  /** Returns the unresolved expression of a condition. */
  condition(name: string): unknown;
  /** Returns an unresolved value of the template's mappings. */
  mapped(mapping: string, firstKey: string, secondKey: string): unknown;
  /** Returns the value that a stack of the app exports. */
  imported(exportName: string): unknown;
  /** Returns the value of an output of a stack of the app. */
  stackOutput(output: StackOutput): unknown;
}

/** An output, named from another stack. */
export interface StackOutput {
  readonly stackName: string;
  readonly outputName: string;
  /** Undefined: that of the stack that names it. */
  readonly region: string | undefined;
}

/**
 * Replaces the intrinsic functions in a part of a template by their values.
 *
 * @param path where the part is, for error messages: `Resources.Run.Properties.Environment`
 * @throws Error with the path, on any function or reference that has no local meaning: what is guessed here
 * would be a difference between this machine and AWS that nobody sees
 */
export function resolve(value: unknown, path: string, values: ReferenceValues): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, `${path}[${index}]`, values))
      .filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && isIntrinsic(first[0])) {
    if (entries.length > 1) throw new TemplateError(`${path}: ${first[0]} must stand alone`);
    return resolveIntrinsic(first[0], first[1], `${path}.${first[0]}`, values);
  }
  const resolved = entries.map(([key, item]) => [key, resolve(item, `${path}.${key}`, values)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

function resolveIntrinsic(name: string, argument: unknown, path: string, values: ReferenceValues): unknown {
  switch (name) {
    case 'Ref':
      return reference(z.string().parse(argument), undefined, path, values);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = getAttParts(argument, path);
      return reference(logicalId, attribute, path, values);
    }
    case 'Fn::Join': {
      const [separator, items] = argumentsOf(path, argument, z.tuple([z.string(), z.unknown()]));
      const list = Array.isArray(items) ? items : resolve(items, `${path}[1]`, values);
      if (!Array.isArray(list))
        throw new TemplateError(`${path}[1]: expected a list, got ${JSON.stringify(list)}`);
      return list.map((item, index) => text(item, `${path}[1][${index}]`, values)).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument, path, values);
    case 'Fn::Select': {
      const [index, items] = argumentsOf(path, argument, z.tuple([z.coerce.number().int(), z.unknown()]));
      const list = resolve(items, `${path}[1]`, values);
      const item: unknown = Array.isArray(list) ? list[index] : undefined;
      if (item === undefined) throw new TemplateError(`${path}: there is no item ${index}`);
      return item;
    }
    case 'Fn::Split': {
      const [separator, source] = argumentsOf(path, argument, z.tuple([z.string(), z.unknown()]));
      return text(source, `${path}[1]`, values).split(separator);
    }
    case 'Fn::If': {
      const [condition, then, otherwise] = argumentsOf(
        path,
        argument,
        z.tuple([z.string(), z.unknown(), z.unknown()]),
      );
      return holds({ Condition: condition }, path, values)
        ? resolve(then, `${path}[1]`, values)
        : resolve(otherwise, `${path}[2]`, values);
    }
    case 'Fn::FindInMap': {
      const [mapping = '', first = '', second = ''] = argumentsOf(
        path,
        argument,
        z.array(z.unknown()).length(3),
      ).map((key, index) => text(key, `${path}[${index}]`, values));
      const what = `${mapping}.${first}.${second}`;
      return resolve(known(values.mapped(mapping, first, second), what, path), path, values);
    }
    case 'Fn::ImportValue': {
      const exportName = text(argument, path, values);
      return known(values.imported(exportName), `the export ${exportName}`, path);
    }
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName, Region } = argumentsOf(path, argument, stackOutputSchema);
      const stackName = text(StackName, `${path}.StackName`, values);
      const region = Region === undefined ? undefined : text(Region, `${path}.Region`, values);
      const output = values.stackOutput({ stackName, outputName: OutputName, region });
      return known(output, `the output ${OutputName} of the stack ${stackName}`, path);
    }
    default:
      throw new TemplateError(`${path}: the local stack does not know the function ${name}`);
  }
}

const stackOutputSchema = z.object({
  StackName: z.unknown(),
  OutputName: z.string(),
  Region: z.unknown().optional(),
});

/**
 * Decides a condition of a template.
 *
 * @param expression as written in the section `Conditions`, or `{ Condition: name }`
 * @throws Error with the path, if it depends on something that has no local meaning
 */
export function holds(expression: unknown, path: string, values: ReferenceValues): boolean {
  const [[name = '', argument] = []] = Object.entries(z.record(z.string(), z.unknown()).parse(expression));
  const inner = `${path}.${name}`;
  const parts = () => argumentsOf(inner, argument, z.array(z.unknown()));
  const part = (item: unknown, index: number) => holds(item, `${inner}[${index}]`, values);
  switch (name) {
    case 'Condition': {
      const condition = z.string().parse(argument);
      const found = known(values.condition(condition), `the condition ${condition}`, path);
      return holds(found, `Conditions.${condition}`, values);
    }
    case 'Fn::Equals': {
      const [left, right] = parts().map((item, index) => text(item, `${inner}[${index}]`, values));
      return left === right;
    }
    case 'Fn::And':
      return parts().every(part);
    case 'Fn::Or':
      return parts().some(part);
    case 'Fn::Not':
      return !parts().some(part);
    default:
      throw new TemplateError(`${path}: the local stack does not know the function ${name}`);
  }
}

function known(value: unknown, what: string, path: string): unknown {
  if (value === undefined) throw new TemplateError(`${path}: the local stack has no value for ${what}`);
  return value;
}

function argumentsOf<T>(path: string, argument: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(argument);
  if (!parsed.success) throw new TemplateError(`${path}: unexpected arguments ${JSON.stringify(argument)}`);
  return parsed.data;
}

function getAttParts(argument: unknown, path: string): [logicalId: string, attribute: string] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0) return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  return argumentsOf(path, argument, z.tuple([z.string(), z.string()]));
}

function reference(
  name: string,
  attribute: string | undefined,
  path: string,
  values: ReferenceValues,
): unknown {
  if (attribute === undefined && name === 'AWS::NoValue') return undefined;
  const isPseudo = attribute === undefined && name.startsWith('AWS::');
  const value = isPseudo ? values.pseudoParameters[name] : values.value(name, attribute);
  return known(value, attribute === undefined ? name : `${name}.${attribute}`, path);
}

function text(value: unknown, path: string, values: ReferenceValues): string {
  const resolved = resolve(value, path, values);
  return textOf(resolved, path);
}

function textOf(value: unknown, path: string): string {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    throw new TemplateError(`${path}: expected a string, got ${JSON.stringify(value)}`);
  }
  return String(value);
}

function substitute(argument: unknown, path: string, values: ReferenceValues): string {
  const [pattern, variables] =
    typeof argument === 'string'
      ? [argument, {} as Record<string, unknown>]
      : argumentsOf(path, argument, z.tuple([z.string(), z.record(z.string(), z.unknown())]));
  return pattern.replace(/\$\{(!?)([^}]*)\}/g, (whole, literal: string, name: string) => {
    if (literal === '!') return whole.replace('!', '');
    const own = variables[name];
    if (own !== undefined) return text(own, `${path}.${name}`, values);
    const dot = name.indexOf('.');
    const [id, attribute] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, undefined];
    const value = reference(id, attribute, path, values);
    return value === undefined ? '' : textOf(value, path);
  });
}
