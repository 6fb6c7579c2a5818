import { UserError } from './user-error.ts';

/** A part of a template that the local stack cannot run. The message begins with its path. */
export class TemplateError extends UserError {
  override readonly name: string = 'TemplateError';

  override get explanation(): string {
    return `The local stack cannot run a part of the app: ${this.message}\nIf it comes from a setting, give that a value for this machine: --set NAME=VALUE. To leave its pipeline out, choose another: --pipeline NAME.`;
  }
}
