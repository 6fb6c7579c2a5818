/**
 * Writes the transcripts in docs/callbacks.md: for each dialect a task is submitted with curl to a pipeline that
 * runs here, and its callback is read from the inbox. `npm run docs:transcripts` runs it; a test runs it again and
 * compares.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CALLBACK_FORMATS } from '../lambda/contract/formats.ts';
import { startLocalStack } from '../local/local-stack.ts';
import { synthesize } from '../local/synthesize.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'callbacks.md');
const BEGIN = '<!-- transcripts: npm run docs:transcripts -->';
const END = '<!-- end of transcripts -->';

/** Headers of the connection and not of the callback. */
const LEFT_OUT = new Set(['host', 'connection', 'accept-encoding', 'content-length']);

interface InboxEntry {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly verified: boolean;
}

/** @param url where the pipeline answers, without a trailing slash */
export async function transcripts(url: string): Promise<string> {
  const parts: string[] = [];
  for (const format of CALLBACK_FORMATS) parts.push(await transcript(url, format));
  return parts.join('\n');
}

/** The part of the page that the transcripts fill. */
export function transcriptsIn(page: string): string {
  const [, rest = ''] = page.split(`${BEGIN}\n`);
  return rest.split(END)[0] ?? '';
}

async function transcript(url: string, format: string): Promise<string> {
  const inbox = `/inbox/${format}`;
  const body = {
    task_name: 'generate-report',
    callback_url: `${url}${inbox}`,
    callback_format: format,
    input: { csv: 'city,people\nBonn,330000\n' },
  };
  const submit = [
    '-s',
    `${url}/api/tasks`,
    '-H',
    'content-type: application/json',
    '-d',
    JSON.stringify(body),
  ];
  const accepted = await curl(submit);
  const callback = await firstCallback(url, inbox);
  const headers = Object.entries(callback.headers).filter(([name]) => !LEFT_OUT.has(name));
  const told = typeof callback.body === 'string' ? callback.body : JSON.stringify(callback.body);
  return alike(
    [
      `### ${format}, tried`,
      '',
      '```console',
      `$ curl ${submit.map(quoted).join(' ')}`,
      accepted,
      '```',
      '',
      '```http',
      `POST ${inbox}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      '',
      told,
      '```',
      '',
    ].join('\n'),
    url,
  );
}

async function curl(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', [...args]);
  return stdout;
}

async function firstCallback(url: string, inbox: string): Promise<InboxEntry> {
  for (let tries = 0; tries < 100; tries += 1) {
    const [first] = JSON.parse(await curl(['-s', `${url}${inbox}`])) as InboxEntry[];
    if (first?.verified === true) return first;
    if (first !== undefined) throw new Error(`the callback at ${inbox} was not verified`);
    await delay(100);
  }
  throw new Error(`no callback came to ${inbox}`);
}

/** What differs from run to run, made the same: the port, ids, times and signatures. */
function alike(text: string, url: string): string {
  return text
    .replaceAll(url, 'http://127.0.0.1:7071')
    .replaceAll(encodeURIComponent(url), encodeURIComponent('http://127.0.0.1:7071'))
    .replaceAll(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
      '0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e',
    )
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(:|%3A)\d\d\.\d{3}Z/g, '2025-11-24T16$100$100.000Z')
    .replaceAll(/(-timestamp: )\d{10}/g, '$11764000000')
    .replaceAll(/v1,[\w+/]{43}=/g, 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=')
    .replaceAll(
      /(x-task-signature: )[0-9a-f]{64}/g,
      '$1f631567d330ca8d3f249c3a73e8bad5cecb2428400e413a14dee01cb96c46f50',
    );
}

function quoted(argument: string): string {
  return /^[\w./:-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'callback-transcripts-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  try {
    await synthesize({
      directory: assemblyDirectory,
      context: { samples: 'true', allowedCallbackCidrs: '127.0.0.0/8' },
    });
    const stack = await startLocalStack({ assemblyDirectory, state: join(directory, 'state') });
    const written = await transcripts(stack.url);
    await stack.stop();
    const page = readFileSync(PAGE, 'utf8');
    if (!page.includes(BEGIN)) throw new Error(`${PAGE} has no line ${BEGIN}`);
    const [before = '', rest = ''] = page.split(`${BEGIN}\n`);
    writeFileSync(PAGE, `${before}${BEGIN}\n\n${written}${rest.slice(rest.indexOf(END))}`);
    console.log(`${CALLBACK_FORMATS.length} transcripts written to docs/callbacks.md`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await main();
  process.exit();
}
