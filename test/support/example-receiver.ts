import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const RECEIVERS = join(import.meta.dirname, '..', '..', 'examples', 'receivers');

/** One of `examples/receivers`, in a process of its own. */
export interface ExampleReceiver {
  readonly url: string;
  /** The ids of the callbacks that it took for new. */
  readonly callbackIds: readonly string[];
  stop(): Promise<void>;
}

/** How an example is started, after whatever has to be built is built. */
export interface Example {
  readonly name: string;
  /** What must be on the machine to run it; undefined: nothing but Node. */
  readonly needs: { readonly program: string; readonly isHere: boolean } | undefined;
  /** Program and arguments. */
  command(): readonly [string, ...string[]];
}

function inNode(name: string): Example {
  return { name, needs: undefined, command: () => [process.execPath, join(RECEIVERS, `${name}.ts`)] };
}

function isHere(program: string, versionArgument: string): boolean {
  return spawnSync(program, [versionArgument]).status === 0;
}

const python: Example = {
  name: 'python/receiver',
  needs: { program: 'python3', isHere: isHere('python3', '--version') },
  command: () => ['python3', join(RECEIVERS, 'python', 'receiver.py')],
};

let goProgram: string | undefined;

const go: Example = {
  name: 'go/receiver',
  needs: { program: 'go', isHere: isHere('go', 'version') },
  command() {
    // `go run` would start another process, which does not end with it.
    goProgram ??= buildGo();
    return [goProgram];
  },
};

function buildGo(): string {
  const program = join(mkdtempSync(join(tmpdir(), 'go-receiver-')), 'receiver');
  const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], { cwd: join(RECEIVERS, 'go') });
  if (status !== 0) throw new Error(`go build failed: ${stderr}`);
  return program;
}

export const NODE_EXAMPLE = inNode('node-http');

/** Those that verify `webhook-signature`. */
export const STANDARD_EXAMPLES = [NODE_EXAMPLE, inNode('hono'), python, go];

/** The one that verifies `x-task-signature`. */
export const BEAM_EXAMPLE = inNode('beam-v2');

/** @param secrets what the receiver is told to verify with */
export async function startExample(example: Example, secrets: readonly string[]): Promise<ExampleReceiver> {
  const [program, ...args] = example.command();
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, CALLBACK_SECRET: secrets.join(' '), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close');
  const callbackIds: string[] = [];
  const listening = Promise.withResolvers<string>();
  child.once('close', (code) =>
    listening.reject(new Error(`${example.name} ended with ${code}: ${complaints}`)),
  );
  child.once('error', listening.reject);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, url] = /^listening on (http:\S+)$/.exec(line) ?? [];
    if (url !== undefined) listening.resolve(url);
    const [, callbackId] = /^callback (\S+) /.exec(line) ?? [];
    if (callbackId !== undefined) callbackIds.push(callbackId);
  });
  return {
    url: await listening.promise,
    callbackIds,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
