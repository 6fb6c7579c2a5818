import * as z from 'zod/mini';

/** What the OpenAPI document says of a format. Functions do not contain it. */
export interface FormatDescription {
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** Headers in addition to those of every callback, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of the body; of a form, of its fields. */
  readonly body: () => z.core.$ZodType;
}

/** Which task it was. */
export const idFields = () => ({ task_id: z.uuid(), task_name: z.string() });

export const failureSchema = () => z.strictObject({ type: z.string(), message: z.string() });
