import * as z from 'zod';

/** What references in a template stand for. */
export interface ReferenceValues {
  /** `AWS::Region` and the like → value. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** Value of `Ref`, or of an attribute; undefined if the local stack has no such thing. */
  value(logicalId: string, attribute: string | undefined): string | undefined;
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
    if (entries.length > 1) throw new Error(`${path}: ${first[0]} must stand alone`);
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
      const [separator, items] = argumentsOf(path, argument, z.tuple([z.string(), z.array(z.unknown())]));
      return items.map((item, index) => text(item, `${path}[1][${index}]`, values)).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument, path, values);
    case 'Fn::Select': {
      const [index, items] = argumentsOf(path, argument, z.tuple([z.coerce.number().int(), z.unknown()]));
      const list = resolve(items, `${path}[1]`, values);
      const item: unknown = Array.isArray(list) ? list[index] : undefined;
      if (item === undefined) throw new Error(`${path}: there is no item ${index}`);
      return item;
    }
    case 'Fn::Split': {
      const [separator, source] = argumentsOf(path, argument, z.tuple([z.string(), z.unknown()]));
      return text(source, `${path}[1]`, values).split(separator);
    }
    default:
      throw new Error(`${path}: the local stack does not know the function ${name}`);
  }
}

function argumentsOf<T>(path: string, argument: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(argument);
  if (!parsed.success) throw new Error(`${path}: unexpected arguments ${JSON.stringify(argument)}`);
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
): string | undefined {
  if (attribute === undefined && name === 'AWS::NoValue') return undefined;
  const value =
    attribute === undefined && name.startsWith('AWS::')
      ? values.pseudoParameters[name]
      : values.value(name, attribute);
  if (value === undefined) {
    const what = attribute === undefined ? name : `${name}.${attribute}`;
    throw new Error(`${path}: the local stack has no value for ${what}`);
  }
  return value;
}

function text(value: unknown, path: string, values: ReferenceValues): string {
  const resolved = resolve(value, path, values);
  if (typeof resolved !== 'string' && typeof resolved !== 'number') {
    throw new Error(`${path}: expected a string, got ${JSON.stringify(resolved)}`);
  }
  return String(resolved);
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
    return reference(id, attribute, path, values) ?? '';
  });
}
