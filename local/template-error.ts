/** A part of a template that the local stack cannot run. The message begins with its path. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
