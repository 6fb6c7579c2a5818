/** Whether the list of what needs attention and the number above it say the same. Pure. */
import type { Attention, Overview } from '../../api-types.ts';

/**
 * By the dead alone: of stuck tasks a stack on AWS counts none. Where not all are listed or counted, nothing is said.
 */
export function contradicts({ tasks, more }: Attention, { stages }: Pick<Overview, 'stages'>): boolean {
  const listed = tasks.filter(({ status }) => status === 'dead').length;
  return !more && stages.dead !== null && stages.dead !== listed;
}
