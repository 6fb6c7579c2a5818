import * as z from 'zod';
import type { TemplateResource } from './assembly.ts';
import { type ReferenceValues, resolve } from './intrinsics.ts';

/** Reads properties of one resource: resolved, checked, and with the path in every error. */
export class PropertyReader {
  readonly #logicalId: string;
  readonly #resource: TemplateResource;
  readonly #values: ReferenceValues;

  constructor(logicalId: string, resource: TemplateResource, values: ReferenceValues) {
    this.#logicalId = logicalId;
    this.#resource = resource;
    this.#values = values;
  }

  path(name: string): string {
    return `Resources.${this.#logicalId}.Properties.${name}`;
  }

  property<T>(name: string, schema: z.ZodType<T>): T {
    const value = resolve(this.#resource.properties[name], this.path(name), this.#values);
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      throw new Error(
        `${this.path(name)}: ${JSON.stringify(value)} cannot be run locally: ${z.prettifyError(parsed.error)}`,
      );
    }
    return parsed.data;
  }
}
