import type { Subject } from './filters.ts';
import { table } from './table.ts';

export interface Count {
  readonly host: string | null;
  readonly task_name: string | null;
  readonly reason: string | null;
  readonly count: number;
}

/** So many rows are shown to a person; `--json` has them all. */
const ROWS_SHOWN = 20;

/** Counts by host, task and reason. */
export class Tally {
  readonly #counts = new Map<string, Count>();

  add({
    host = null,
    taskName = null,
    reason = null,
  }: { [Key in keyof Subject]?: Subject[Key] | null }): void {
    const key = JSON.stringify([host, taskName, reason]);
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { host, task_name: taskName, reason, count });
  }

  /** The largest first. */
  counts(): Count[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count);
  }

  toText(): string {
    const all = this.counts();
    const rows = all
      .slice(0, ROWS_SHOWN)
      .map(({ host, task_name, reason, count }) => [
        host ?? '-',
        task_name ?? '-',
        reason ?? '-',
        String(count),
      ]);
    const text = table(
      [
        { heading: 'HOST', shrinks: true },
        { heading: 'TASK', shrinks: true },
        { heading: 'REASON' },
        { heading: 'COUNT', align: 'right' },
      ],
      rows,
    );
    const left = all.length - rows.length;
    return left > 0 ? `${text}\n… and ${left} rows more; --json has them all` : text;
  }
}
