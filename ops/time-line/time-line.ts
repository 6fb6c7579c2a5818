/** The story of one task as a time line, for an operator: everything but its content. Pure. */
import type { Entry } from '../../lambda/ledger/entry.ts';
import { attemptMoments, endMoment, redrivenMoment } from './callback-moments.ts';
import { heardMoment } from './heard-moments.ts';
import type { HeardStep, Moment } from './moment.ts';
import { nextMoments } from './next-moments.ts';
import { acceptedMoment, outcomeMoment, runsMoment } from './work-moments.ts';

/**
 * Oldest first; what is yet to come last.
 *
 * @param heard of the task's log; empty where nobody listened, and then the ledger's count of runs is all there is
 */
export function timeLine(entry: Entry, heard: readonly HeardStep[], nowMs: number): Moment[] {
  const happened = [
    acceptedMoment(entry),
    ...heard.flatMap(heardMoment),
    ...runsMoment(entry, heard),
    ...outcomeMoment(entry),
    ...redrivenMoment(entry, heard),
    ...attemptMoments(entry),
    ...endMoment(entry),
  ];
  const inOrder = happened
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => a.moment.at.localeCompare(b.moment.at) || a.index - b.index)
    .map(({ moment }) => moment);
  return [...inOrder, ...nextMoments(entry, nowMs)];
}
