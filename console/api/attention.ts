import type { DeadReason } from '../../lambda/contract/states.ts';
import { roughly } from '../../ops/duration.ts';
import type { Brief } from '../../ops/entries.ts';
import { listedDead } from '../../ops/entries.ts';
import { commandLine } from '../../package/command-name.ts';
import type { Attention, AttentionRow } from '../api-types.ts';
import type { Desk } from '../desk.ts';
import { taskRow } from './rows.ts';
import { STUCK_AFTER_MS, survey } from './survey.ts';

const MOST_SHOWN = 200;

const WHY_DEAD: Readonly<Record<DeadReason, string>> = {
  'deadline-passed': 'Its callback failed until its deadline passed. Mend the receiver, then redrive.',
  gone: 'Its receiver answered 410 Gone: nobody wants this callback there any more.',
  'url-refused': 'Its callback URL is not one that may be called, by name or by the address behind it.',
};

/** Tasks that wait for a person: the dead, the latest first, and those that nobody drives. */
export async function attention(desk: Desk, interrupted: AbortSignal): Promise<Attention> {
  const [dead, { stuck, unknown, complete }] = await Promise.all([
    deadTasks(desk, interrupted),
    survey(desk, Date.now()),
  ]);
  const rows = [
    ...unknown.map(unknownRow),
    ...stuck.map(stuckRow),
    ...dead.toSorted(latestDeadFirst).map(deadRow),
  ];
  return { tasks: rows.slice(0, MOST_SHOWN), more: rows.length > MOST_SHOWN || !complete };
}

async function deadTasks(desk: Desk, interrupted: AbortSignal): Promise<Brief[]> {
  const dead: Brief[] = [];
  for await (const page of listedDead(desk.pipeline(), 0, interrupted)) {
    dead.push(...page);
    if (dead.length > desk.itemsRead) break;
  }
  return dead;
}

function latestDeadFirst(a: Brief, b: Brief): number {
  return (b.dead_at_ms ?? 0) - (a.dead_at_ms ?? 0);
}

function deadRow(entry: Brief): AttentionRow {
  const reason = entry.dead_reason ?? 'deadline-passed';
  // A newer version may have given up for a reason that this one does not know.
  const why: string | undefined = WHY_DEAD[reason];
  return { ...taskRow(entry), why: why ?? `Its callback was given up: ${reason}.` };
}

function unknownRow(entry: Brief): AttentionRow {
  const why = `It is in a state that this version does not know, ${entry.state}. Update the console to the version that is deployed.`;
  return { ...taskRow(entry), why };
}

function stuckRow(entry: Brief): AttentionRow {
  const age = roughly(STUCK_AFTER_MS);
  return {
    ...taskRow(entry),
    why: `Due for more than ${age}, and neither a message nor a timer seems to drive it: ${commandLine('ops', 'tasks requeue')} sends it again.`,
  };
}
