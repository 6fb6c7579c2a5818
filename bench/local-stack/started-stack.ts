import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 10_000;

/** What `npm start` prints once the stack takes requests. */
const READY = /Submit tasks\s+POST http:\/\/[^:]+:(\d+)\/api\/tasks/;
/** npm echoes the script's name and command before it runs it. */
const NPM_ECHO = /^(> .*)?$/;

/** A checkout's local stack that takes requests. */
export interface StartedStack {
  /** Without a trailing slash. */
  readonly url: string;
  /** Of `npm`, the first process of the tree. */
  readonly pid: number;
  /** From the start of npm to the stack's first line of output. */
  readonly firstLineMs: number;
  /** From the start of npm to the line that shows the stack's address. */
  readonly readyMs: number;
  /** Ends the stack. */
  stop(): Promise<void>;
}

export interface StartSettings {
  readonly checkout: string;
  /** State folder; is made if it does not exist, and kept. */
  readonly state: string;
  /** Whether to report each task's steps and the progress of the start. */
  readonly isQuiet: boolean;
}

/**
 * Runs `npm start` in a checkout, on any free port.
 *
 * @throws Error with the stack's output if it ends or does not take requests within two minutes
 */
export async function startStack({ checkout, state, isQuiet }: StartSettings): Promise<StartedStack> {
  const spawnedMs = performance.now();
  const child = spawn('npm', ['start', '--', ...(isQuiet ? ['--quiet'] : []), '--state', state], {
    cwd: checkout,
    env: { ...environmentForNpm(process.env), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that whatever it started can be ended with it.
    detached: true,
  });
  const stop = () => stopGroup(child);
  try {
    const { port, firstLineMs, readyMs } = await ready(child, spawnedMs);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, firstLineMs, readyMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Without what an outer `npm run` sets: the inner one is to find its own checkout's Node. */
function environmentForNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = (env.PATH ?? '').split(':').filter((folder) => !folder.endsWith('node_modules/.bin'));
  const own = Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE$)/.test(name));
  return { ...Object.fromEntries(own), PATH: path.join(':') };
}

async function ready(child: ChildProcess, spawnedMs: number) {
  let output = '';
  let firstLineMs: number | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<{
    port: number;
    firstLineMs: number;
    readyMs: number;
  }>();
  const onText = (chunk: Buffer) => {
    output += chunk;
    const nowMs = performance.now() - spawnedMs;
    if (output.split('\n').some((line) => !NPM_ECHO.test(line))) firstLineMs ??= nowMs;
    const [, port] = READY.exec(output) ?? [];
    if (port !== undefined)
      resolve({ port: Number(port), firstLineMs: firstLineMs ?? nowMs, readyMs: nowMs });
  };
  child.stdout?.on('data', onText);
  child.stderr?.on('data', onText);
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  const timer = setTimeout(
    () => reject(new Error(`npm start took no requests within ${READY_WITHIN_MS / 1_000} s:\n${output}`)),
    READY_WITHIN_MS,
  );
  return await promise.finally(() => clearTimeout(timer));
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const isEnding = child.exitCode === null && child.signalCode === null;
  const exited = isEnding ? once(child, 'exit') : Promise.resolve();
  signalGroup(child.pid, 'SIGTERM');
  await Promise.race([exited, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Every process of the group has ended.
  }
}
