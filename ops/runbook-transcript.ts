/**
 * Writes the transcript in docs/runbook.md: five callbacks die while their receiver is down, and are redriven once it
 * is up. `npm run docs:runbook` runs it on a stack of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startLocalStack } from '../local/local-stack.ts';
import { synthesize } from '../local/synthesize.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'runbook.md');
const BEGIN = '<!-- transcript: npm run docs:runbook -->';
const END = '<!-- end of transcript -->';

/** Ports that are free have five digits, too: the tables stay aligned. */
const SHOWN_HOST = '127.0.0.1:19000';

/**
 * What an operator sees; the ports and the state folder are told as those of `npm start` and of a receiver on 19000.
 *
 * @param url where the stack answers, without a trailing slash
 */
export async function runbookTranscript(url: string, stateDirectory: string): Promise<string> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const shown: string[] = [];
  const run = async (command: string, file: string, args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(file, [...args]);
    shown.push(`$ ${command}\n${stdout.trimEnd()}\n`);
    return stdout;
  };
  const ops = (...args: string[]) =>
    run(`npm run --silent ops -- ${args.join(' ')}`, process.execPath, [
      join(import.meta.dirname, '..', 'cli', 'main.ts'),
      'ops',
      ...args,
      '--state',
      stateDirectory,
    ]);

  const body = JSON.stringify({ task_name: 'generate-report', callback_url: `http://${host}/hook` });
  const submit = `for n in 1 2 3 4 5; do curl -s ${url}/api/tasks -H 'content-type: application/json' -d '${body}'; echo; done`;
  const accepted = (await run(submit, 'sh', ['-c', submit])).trim().split('\n');
  const ids = accepted.map((line) => (JSON.parse(line) as { task_id: string }).task_id);
  await settled(url, ids, 'dead');
  await ops('dlq', 'list');
  await ops('dlq', 'show', ids[0] ?? '');

  shown.push('# the receiver is up again\n');
  const receiver = await listen(port);
  await ops('dlq', 'redrive', '--host', host, '--dry-run');
  await ops('dlq', 'redrive', '--host', host);
  await settled(url, ids, 'delivered');
  await ops('dlq', 'list');
  await ops('tasks', 'list', '--status', 'delivered');
  receiver.closeAllConnections();
  receiver.close();

  return shown
    .join('\n')
    .replaceAll(url, 'http://127.0.0.1:7071')
    .replaceAll(host, SHOWN_HOST)
    .replaceAll(stateDirectory, '.local');
}

/** The transcript that the page holds. */
export function transcriptIn(page: string): string {
  const [, rest = ''] = page.split(`${BEGIN}\n\n\`\`\`console\n`);
  return rest.split(`\`\`\`\n\n${END}`)[0] ?? '';
}

async function settled(url: string, ids: readonly string[], status: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answers = await Promise.all(ids.map((id) => fetch(`${url}/api/tasks/${id}`)));
    const views = await Promise.all(answers.map((answer) => answer.json() as Promise<{ status: string }>));
    if (views.every((view) => view.status === status)) return;
    await delay(100);
  }
  throw new Error(`the tasks are not ${status} within 30 s`);
}

async function listen(port: number): Promise<Server> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

/** Of a port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'runbook-transcript-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  const state = join(directory, 'state');
  try {
    await synthesize({
      directory: assemblyDirectory,
      context: {
        samples: 'true',
        allowedCallbackCidrs: '127.0.0.0/8',
        retrySchedule: '1s,1s',
        deliveryDeadline: '5s',
      },
    });
    const stack = await startLocalStack({ assemblyDirectory, state });
    const written = await runbookTranscript(stack.url, state);
    await stack.stop();
    const page = readFileSync(PAGE, 'utf8');
    const [before, rest] = page.split(BEGIN);
    if (before === undefined || rest === undefined) throw new Error(`${PAGE} has no line ${BEGIN}`);
    const after = rest.slice(rest.indexOf(END));
    writeFileSync(PAGE, `${before}${BEGIN}\n\n\`\`\`console\n${written}\`\`\`\n\n${after}`);
    console.log('the transcript is written to docs/runbook.md');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await main();
  process.exit();
}
