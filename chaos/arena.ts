import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesize.ts';
import { CallbackBook } from './callback-book.ts';
import { EngineProxies } from './engine-proxies.ts';
import { seededRandom } from './random.ts';
import { Receivers } from './receivers.ts';
import { Stack } from './stack.ts';
import { Violations } from './violations.ts';
import { WorkWatch } from './work-watch.ts';

/** The stack under test and all that surrounds it. */
export interface Arena {
  readonly stack: Stack;
  readonly watch: WorkWatch;
  readonly proxies: EngineProxies;
  readonly receivers: Receivers;
  readonly book: CallbackBook;
  readonly violations: Violations;
  readonly stateDirectory: string;
  /** Ends everything and removes the stack's state. */
  close(): Promise<void>;
}

export interface ArenaSettings {
  readonly seed: number;
  /**
   * Cloud assembly to run.
   *
   * @default - the app, synthesized with waits that suit a run of minutes
   */
  readonly assemblyDirectory?: string | undefined;
  /** Hears of it if the stack ends and was not asked to. */
  readonly onOwnEnd: (how: string) => void;
  readonly signal: AbortSignal;
}

/** Waits that let a callback die within minutes; the last but one is long enough to be a timer in the ledger. */
const CONTEXT = {
  samples: 'true',
  allowedCallbackCidrs: '127.0.0.0/8,::1/128',
  retrySchedule: '1s,2s,5s,125s',
  deliveryDeadline: '140s',
  runTimeout: '10s',
  maxRuns: '10',
};

/** Everything but the start of the stack. */
export async function openArena(settings: ArenaSettings): Promise<Arena> {
  const { seed, signal, onOwnEnd } = settings;
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-chaos-'));
  const stateDirectory = join(directory, 'state');
  const endings: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const violations = new Violations();
    const book = new CallbackBook(violations.add);
    const watch = await WorkWatch.start({
      isTold: (taskId) => book.isSeen(taskId),
      onViolation: violations.add,
    });
    endings.push(() => watch.stop());
    const proxies = await EngineProxies.start(seed);
    endings.push(() => proxies.stop());
    // Ports are not for the seed to say: two runs may go on at once.
    const receivers = await Receivers.start(book, seededRandom(process.pid, 'ports'), violations.add);
    endings.push(() => receivers.stop());

    const assemblyDirectory = settings.assemblyDirectory ?? join(directory, 'cdk.out');
    if (settings.assemblyDirectory === undefined) {
      await synthesize({ directory: assemblyDirectory, context: CONTEXT, signal });
    }
    const stack = new Stack({
      assemblyDirectory,
      stateDirectory,
      functionVariables: watch.variables,
      logFile: join(directory, 'functions.log'),
      leadTo: (engines) => proxies.leadTo(engines),
      onOwnEnd,
    });
    endings.push(() => stack.stop());
    return { stack, watch, proxies, receivers, book, violations, stateDirectory, close };
  } catch (error) {
    await close();
    throw error;
  }
}
