/** Lines of JSON between a process that works and the watch of the chaos run. */

/** Port of the watch, in the environment of every process that works. */
export const WATCH_PORT_VARIABLE = 'CHAOS_WATCH_PORT';

export type WitnessLine =
  | { readonly say: 'hello'; readonly pid: number }
  | { readonly say: 'begin'; readonly taskId: string; readonly run: number }
  | { readonly say: 'end' };

/** The watch answers each `begin` and each `end`, once it has noted it. */
export const NOTED = 'noted\n';
