/**
 * Is the simulation able to fail? Breaks the production code in one place at a time and tells which invariant noticed.
 * The sources are changed while they are being loaded, in a process of its own for each; no file is written.
 *
 * ```
 * npm run mutants                      all of them; exit 1 where one survives
 * npm run mutants -- --only lease      those whose name contains this
 * npm run mutants -- --at-once 1       so many side by side; default 2
 * ```
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { MUTATIONS, type Mutation } from './mutations.ts';
import type { Verdict } from './trial.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A trial that takes longer has failed: nothing was noticed. */
const LONGEST_TRIAL_MS = 120_000;

const UNCHANGED = 'the code as it is';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '2' },
    trial: { type: 'string' },
  },
});

if (values.trial !== undefined) await tryOut(values.trial);
else await tryAll(values.only, Math.max(1, Number(values['at-once']) || 1));

/** In the child: changes the sources as they are loaded, then runs the schedules. */
async function tryOut(name: string): Promise<void> {
  const mutation = MUTATIONS.find((each) => each.name === name);
  if (mutation === undefined && name !== UNCHANGED)
    throw new Error(`there is no mutant ${JSON.stringify(name)}`);
  const sources = new Map<string, string>();
  for (const { file, find, replace } of mutation?.edits ?? []) {
    const url = pathToFileURL(join(ROOT, file)).href;
    const source = sources.get(url) ?? readFileSync(join(ROOT, file), 'utf8');
    const found = source.split(find).length - 1;
    if (found !== 1) throw new Error(`${file} has the text ${found} times, not once: ${find}`);
    sources.set(
      url,
      source.replace(find, () => replace),
    );
  }
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const changed = sources.get(url);
      return changed === undefined ? loaded : { ...loaded, source: changed };
    },
  });
  const { trial } = await import('./trial.ts');
  console.log(JSON.stringify(await trial()));
}

interface Tried {
  readonly name: string;
  readonly files: string;
  readonly verdict: Verdict | undefined;
  /** Why there is no verdict. */
  readonly broken?: string;
  readonly seconds: number;
}

async function tryAll(only: string, atOnce: number): Promise<void> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  const waiting: (Mutation | undefined)[] = [undefined, ...chosen];
  const all: Tried[] = [];
  const width = Math.max(...chosen.map(({ name }) => name.length), UNCHANGED.length);
  const workNext = async () => {
    while (waiting.length > 0) {
      const tried = await tryInChild(waiting.shift());
      all.push(tried);
      console.log(lineOf(tried, width));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workNext));

  const bad = all.filter((tried) => !isGood(tried));
  console.log(
    `\n${chosen.length} mutants, ${chosen.length - bad.filter(({ name }) => name !== UNCHANGED).length} caught`,
  );
  for (const { name, broken } of bad)
    console.log(`not as it should be: ${name}${broken ? `: ${broken}` : ''}`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}

async function tryInChild(mutation: Mutation | undefined): Promise<Tried> {
  const startedMs = performance.now();
  const name = mutation?.name ?? UNCHANGED;
  const told = {
    name,
    files: [...new Set(mutation?.edits.map(({ file }) => file))].join(', '),
  };
  const seconds = () => (performance.now() - startedMs) / 1000;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--trial', name], {
      timeout: LONGEST_TRIAL_MS,
    });
    return { ...told, verdict: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), seconds: seconds() };
  } catch (error) {
    return { ...told, verdict: undefined, broken: String(error), seconds: seconds() };
  }
}

/** A mutant has to be caught, and the code as it is has to pass. */
function isGood({ name, verdict }: Tried): boolean {
  return verdict !== undefined && (verdict.caught === undefined) === (name === UNCHANGED);
}

function lineOf(tried: Tried, width: number): string {
  const { name, files, verdict, seconds } = tried;
  const { caught } = verdict ?? {};
  const what =
    verdict === undefined
      ? 'could not be tried'
      : caught === undefined
        ? `nothing noticed in ${verdict.schedules} schedules and ${verdict.seeds} seeds`
        : `${caught.invariant} | ${caught.schedule}`;
  return `${isGood(tried) ? 'ok ' : 'BAD'} | ${name.padEnd(width)} | ${what} | ${seconds.toFixed(1)} s | ${files}`;
}
