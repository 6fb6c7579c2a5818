import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A Java or Python process on a busy machine may take long to start. */
const ANSWERS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 5_000;

const NODE_FOLDER = join(import.meta.dirname, '../../node_modules/.bin');

/** An engine that runs in a process of its own. */
export interface Server {
  readonly url: string;
  /** The end of what the process wrote. */
  output(): string;
  /** Ends the process. */
  stop(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** @param bin folder of the installed package's programs */
export async function startMoto(bin: string, threads: 'one' | 'many'): Promise<Server> {
  const script = join(import.meta.dirname, 'tools/serve-moto.py');
  return await start((port) => ({
    command: join(bin, 'python'),
    args: [script, String(port), threads],
    variables: { MOTO_ACCOUNT_ID: '000000000000' },
  }));
}

/**
 * @param bin folder of the installed package's programs
 * @param services of AWS, as ministack names them; default: all of them
 */
export async function startMinistack(bin: string, services?: string): Promise<Server> {
  return await start((port) => ({
    command: join(bin, 'ministack'),
    args: [],
    variables: {
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      ...(services !== undefined && { SERVICES: services }),
      // Its functions run by the node of the path, which must be the one of the template.
      PATH: `${NODE_FOLDER}:${process.env.PATH ?? ''}`,
    },
  }));
}

/** @param jars folder of ElasticMQ's jars */
export async function startElasticMq(jars: string): Promise<Server> {
  return await start((port) => ({
    command: 'java',
    args: [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Xmx256m',
      '-Drest-sqs.bind-hostname=127.0.0.1',
      `-Drest-sqs.bind-port=${port}`,
      '-Dnode-address.host=127.0.0.1',
      `-Dnode-address.port=${port}`,
      '-Drest-stats.enabled=false',
      '-Daws.region=us-east-1',
      '-Daws.accountId=000000000000',
      '-cp',
      join(jars, '*'),
      'org.elasticmq.server.Main',
    ],
  }));
}

async function start(programAt: (port: number) => Program): Promise<Server> {
  const port = await freePort();
  const { command, args, variables } = programAt(port);
  const child = spawn(command, args, {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4_000);
    });
  }
  const stopWithUs = () => void child.kill();
  process.once('exit', stopWithUs);
  const server: Server = {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      process.off('exit', stopWithUs);
      await end(child);
    },
  };
  try {
    await answering(server.url, child);
    return server;
  } catch (error) {
    await server.stop();
    throw new Error(`${(error as Error).message}\n${output}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody answers there, whatever the answer. */
async function answering(url: string, child: ChildProcess): Promise<void> {
  const untilMs = Date.now() + ANSWERS_WITHIN_MS;
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}`);
    if (Date.now() > untilMs) throw new Error(`no engine answers at ${url}`);
    await delay(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await Promise.race([exited, delay(ENDS_WITHIN_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
}
