import type { Measured } from './measure.ts';
import { ITEM_NAMES, ITEMS, type Usage } from './usage.ts';

/** One way in which a million tasks come. */
export interface PricedScenario {
  readonly name: string;
  /** Of one task. */
  readonly usage: Usage;
  /** Of a million, in US dollars. */
  readonly costs: Usage & { readonly total: number };
}

/** US dollars for a million tasks, an item a line and a scenario a column. */
export function costTable(scenarios: readonly PricedScenario[]): string {
  const legend = scenarios.map(({ name }, index) => `(${letter(index)}) ${name}`);
  const lines = ITEM_NAMES.map((item) => [
    ITEMS[item].says,
    ...scenarios.map(({ costs, usage }) => `${amount(usage[item])}  $${costs[item].toFixed(2)}`),
  ]);
  const totals = ['a million tasks', ...scenarios.map(({ costs }) => `$${costs.total.toFixed(2)}`)];
  return [
    ...legend,
    '',
    aligned([['of each task', ...scenarios.map((_, index) => `(${letter(index)})`)], ...lines, totals]),
  ].join('\n');
}

/** How long each stage's invocation takes, and what it calls. */
export function stageTable(stages: Readonly<Record<string, Measured>>): string {
  const lines = Object.entries(stages).map(([name, stage]) => [
    name,
    String(stage.tasksPerInvocation),
    stage.waitingMs.toFixed(1),
    stage.cpuMs.toFixed(1),
    String(stage.billedMs),
    Object.entries(stage.calls)
      .map(([operation, calls]) => `${amount(calls)} ${operation.split('.')[1]}`)
      .join(', '),
  ]);
  return aligned([['stage', 'tasks', 'waits ms', 'CPU ms', 'billed ms', 'calls for each task'], ...lines]);
}

function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** Three digits that count. */
function amount(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
