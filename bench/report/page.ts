import type { Machine } from '../machine.ts';
import { type BenchProgram, notMeasured, PROGRAMS } from '../programs.ts';
import { type BenchResult, isReached, type Row, verdictText } from '../result.ts';
import { countOf, countText } from '../verdicts.ts';
import { leadOf } from './leads.ts';
import { list, paragraph, table } from './markdown.ts';
import { ownTable } from './own-tables.ts';
import { figureText, limitText } from './row-texts.ts';

/** A plot that stands in the page. */
export interface Picture {
  readonly bench: string;
  /** Below docs/images. */
  readonly file: string;
  readonly about: string;
}

export interface Measured {
  readonly results: readonly BenchResult[];
  /** Of this and of what it was measured with: name → version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** docs/benchmarks.md, whole. Every figure in it is a program's. */
export function pageOf({ results, versions }: Measured, pictures: readonly Picture[]): string {
  const all = PROGRAMS.map((program) => {
    const result = results.find(({ bench }) => bench === program.name);
    const rows: readonly Row[] = result?.rows ?? notMeasured(program, 'it has not been run');
    return { program, result, rows };
  });
  const rows = all.flatMap((each) => each.rows);
  return [
    '# Benchmarks',
    paragraph(
      'How fast and how cheap this is, against what people would use instead. Targets are ratios of one and the same run',
      'wherever time is measured: machines differ, and so do the hours of one machine.',
    ),
    '```\nnpm run bench\n```',
    paragraph(
      'measures all of it and writes this page; nothing here was written by hand. `--only NAME` runs one program,',
      '`--quick` is for smoke. A figure is the median of interleaved runs where there are several.',
    ),
    list([...machinesOf(results).map((words) => `Measured on ${words}.`), ...withWhat(versions)]),
    '## Targets',
    `**${countText(countOf(rows))}.**`,
    targetsTable(rows),
    ...pictures.filter(({ bench }) => bench === 'all').map(image),
    ...all.flatMap(({ program, result }) => (result === undefined ? [] : section(program, result, pictures))),
    '',
  ].join('\n\n');
}

function withWhat(versions: Measured['versions']): string[] {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return names.length === 0 ? [] : [`With ${names.join(', ')}.`];
}

function targetsTable(rows: readonly Row[]): string {
  return table(
    ['target', 'limit', 'measured', 'verdict', 'spread'],
    rows.map((row) => [row.target, limitText(row), figureText(row), boldIfMissed(row), row.spread ?? '']),
  );
}

function boldIfMissed(row: Row): string {
  return isReached(row) === false ? `**${verdictText(row)}**` : verdictText(row);
}

function section(program: BenchProgram, result: BenchResult, pictures: readonly Picture[]): string[] {
  const missed = result.rows.filter((row) => isReached(row) === false);
  const own = ownTable(result);
  const lead = leadOf(result);
  return [
    `## ${program.title}`,
    ...(lead === undefined ? [] : [paragraph(lead)]),
    `\`npm run bench -- --only ${program.name}\`, ${result.at.slice(0, 16).replace('T', ' ')} UTC.`,
    ...pictures.filter(({ bench }) => bench === program.name).map(image),
    ...(own === undefined ? [] : [own]),
    ...(missed.length === 0
      ? []
      : [
          `**Missed**: ${missed.map((row) => `${row.target} (${figureText(row)}, ${limitText(row)})`).join('; ')}. Where it goes and what was tried is below.`,
        ]),
    ...(result.notes.length === 0 ? [] : [list(result.notes)]),
  ];
}

function image({ about, file }: Picture): string {
  return `![${about}](images/${file})`;
}

/** One line where all was measured on one machine. */
function machinesOf(results: readonly BenchResult[]): string[] {
  const names = Map.groupBy(results, ({ machine }) => machineText(machine));
  if (names.size === 1) return [...names.keys()];
  return [...names].map(([words, own]) => `${words}: ${own.map(({ bench }) => bench).join(', ')}`);
}

function machineText({ cpu, cores, memoryGib, node, platform }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGib} GiB, ${platform}, Node ${node}`;
}
