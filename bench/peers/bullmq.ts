import type { OwedCallback } from '../drain/callback.ts';
import { loadPeer } from './packages.ts';
import type { KeptAttempt } from './post.ts';

/** As much of BullMQ as is used here. */
export interface BullMq {
  readonly Queue: new (name: string, options: BullMqOptions) => BullMqQueue;
  readonly Worker: new (
    name: string,
    work: (job: { readonly data: OwedCallback }) => Promise<KeptAttempt>,
    options: BullMqOptions & { readonly concurrency: number; readonly autorun: boolean },
  ) => BullMqWorker;
}

interface BullMqOptions {
  readonly connection: { readonly path: string; readonly maxRetriesPerRequest: null };
}

export interface BullMqQueue {
  addBulk(jobs: readonly { readonly name: string; readonly data: OwedCallback }[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface BullMqWorker {
  on(event: 'completed' | 'error', listener: (given: unknown) => void): void;
  run(): Promise<void>;
  /** Resolves when what is under way has ended. */
  pause(): Promise<void>;
  resume(): void;
  waitUntilReady(): Promise<unknown>;
}

export const bullMq = () => loadPeer<BullMq>('bullmq');
export const CALLBACKS = 'callbacks';

export function at(socket: string): BullMqOptions {
  return { connection: { path: socket, maxRetriesPerRequest: null } };
}
