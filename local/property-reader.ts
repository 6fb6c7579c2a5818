import * as z from 'zod';
import type { TemplateResource } from './assembly.ts';
import { type ReferenceValues, resolve } from './intrinsics.ts';
import { TemplateError } from './template-error.ts';

/** Values of these are not shown. */
const SECRET_PROPERTIES = new Set(['Environment', 'SecretString']);

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

  /** Returns the value of a part of the resource. */
  resolve(part: unknown, path: string): unknown {
    return resolve(part, path, this.#values);
  }

  /** Returns a property with its intrinsic functions in place. */
  unresolved<T>(name: string, schema: z.ZodType<T>): T {
    return this.#parsed(name, this.#resource.properties[name], schema);
  }

  property<T>(name: string, schema: z.ZodType<T>): T {
    return this.#parsed(name, this.resolve(this.#resource.properties[name], this.path(name)), schema);
  }

  #parsed<T>(name: string, value: unknown, schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const shown = SECRET_PROPERTIES.has(name) ? 'its value' : JSON.stringify(value);
      throw new TemplateError(
        `${this.path(name)}: ${shown} cannot be run locally: ${z.prettifyError(parsed.error)}`,
      );
    }
    return parsed.data;
  }
}
