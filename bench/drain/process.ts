import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Told } from './commands.ts';

/** A process of this bench that answers commands. */
export interface BenchProcess {
  readonly pid: number;
  /** @throws Error with what went wrong there, or where the process has ended */
  ask<Value>(command: string, given?: unknown): Promise<Value>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Gives what it tells without being asked to this listener, and to none that was given before. */
  onTold(listener: (told: number) => void): void;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 5_000;

/** @param nodeOptions given to Node itself: `--max-old-space-size=230` */
export function startProcess(
  program: string,
  variables: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): BenchProcess {
  const child = fork(program, {
    env: { ...process.env, ...variables },
    execArgv: [...nodeOptions],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  const ended = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} ended with ${signal ?? code}`));
    waiting.clear();
  });
  let onTold = (_told: number) => {};
  child.on('message', (message: Answer | Told) => {
    if ('told' in message) {
      onTold(message.told);
      return;
    }
    const { id, value, fault } = message;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) asked?.resolve(value);
    else asked?.reject(new Error(`${program}: ${fault}`));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    onTold(listener) {
      onTold = listener;
    },
    async ask<Value>(command: string, given?: unknown) {
      if (child.exitCode !== null || !child.connected) throw new Error(`${program} has ended`);
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      child.send({ id: lastId, command, given });
      return (await answer.promise) as Value;
    },
    async stop() {
      if (child.connected) child.disconnect();
      const tooLate = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(tooLate);
    },
  };
}
