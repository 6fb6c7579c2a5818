import * as z from 'zod';

/** The sections of a CloudFormation template, each with its entries by name. */
export interface Template {
  readonly resources: ReadonlyMap<string, z.output<typeof resourceSchema>>;
  readonly outputs: ReadonlyMap<string, z.output<typeof outputSchema>>;
  readonly parameters: ReadonlyMap<string, z.output<typeof parameterSchema>>;
  /** Name → first key → second key → value. */
  readonly mappings: ReadonlyMap<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  /** Name → its unresolved expression. */
  readonly conditions: ReadonlyMap<string, unknown>;
}

const object = z.record(z.string(), z.unknown());

const resourceSchema = z.object({
  Type: z.string(),
  Properties: object.default({}),
  Condition: z.string().optional(),
  Metadata: object.default({}),
});

const outputSchema = z.object({
  Value: z.unknown(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const parameterSchema = z.object({ Type: z.string(), Default: z.unknown().optional() });

const mappingSchema = z.record(z.string(), object);

/** Reads a template. Entries of an unusual shape are left out: what needs them reports that they are missing. */
export function readTemplate(template: unknown): Template {
  const sections = object.parse(template);
  const section = <T>(name: string, schema: z.ZodType<T>): ReadonlyMap<string, T> => {
    const entries = Object.entries(object.safeParse(sections[name]).data ?? {});
    return new Map(
      entries.flatMap(([key, value]) => {
        const parsed = schema.safeParse(value);
        return parsed.success ? [[key, parsed.data] as const] : [];
      }),
    );
  };
  return {
    resources: section('Resources', resourceSchema),
    outputs: section('Outputs', outputSchema),
    parameters: section('Parameters', parameterSchema),
    mappings: section('Mappings', mappingSchema),
    conditions: section('Conditions', z.unknown()),
  };
}
