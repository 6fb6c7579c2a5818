import type { FailureType } from '../contract/failure-types.ts';
import { type FaultFields, faultFields } from '../fault-fields.ts';
import type { WorkEnd } from './process-protocol.ts';

/** How long a task's module may take to load, in milliseconds. */
export const MAX_LOAD_MS = 10_000;

/** If less than this was left for loading, in milliseconds, running out of time does not mean that the module is broken. */
export const MIN_LOAD_MS = 1_000;

/** Errors of Node's module loader. Their messages name packages and files, and never an input. */
const MODULE_ERROR_CODES = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'];

/**
 * The outcome of a task whose module does not load. The caller reads it, so it has no path and no message of the
 * module's own.
 *
 * @param what what the module did: `threw an error while it was loading`
 */
export function loadFailure(taskName: string, what: string): Extract<WorkEnd, { kind: 'failed' }> {
  const message = `the code of task ${taskName} ${what}; the operator's log has the cause`;
  return { kind: 'failed', error: { type: 'TaskLoadError' satisfies FailureType, message } };
}

/** What the operator's log gets of an error that a module threw while it was loading. */
export function loadFault(error: Error): FaultFields {
  const fields = faultFields(error);
  const isModuleError = fields.code !== undefined && MODULE_ERROR_CODES.includes(fields.code);
  return isModuleError ? { ...fields, message: error.message } : fields;
}
