import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { type LocalEndpoints, type PipelineEndpoints, writeEndpoints } from '../../local/endpoints-file.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../support/embedded-engines.ts';
import { deliveringTask } from '../support/entries.ts';
import { reset, startScriptedServer } from '../support/scripted-server.ts';

/**
 * A stack as operators see it: a ledger, three queues and a state folder, and no function that runs. Its API and its
 * Secrets Manager reset each connection.
 */
export interface OperatedStack {
  /** As `--state` takes it. */
  readonly state: string;
  readonly engines: EmbeddedEngines;
  readonly ledger: TestLedger;
  readonly tasks: TestQueue;
  readonly callbacks: TestQueue;
  readonly deadLetters: TestQueue;
  readonly endpoints: LocalEndpoints;
  /** The one pipeline of `endpoints`. */
  readonly pipeline: PipelineEndpoints;
  put(entry: Entry): Promise<Entry>;
  /** A letter with that body, as SQS itself moves one: without attributes. */
  letter(body: string): Promise<void>;
  /** A task that gave up after three attempts, listed and with its letter. */
  dead(differences?: Partial<Entry>): Promise<Entry>;
  stop(): Promise<void>;
}

/** 2025-11-27T16:00:06.000Z: when the dead of these tests died. */
const DEAD_AT_MS = 1_764_259_206_000;

export async function startOperatedStack(): Promise<OperatedStack> {
  const engines = await startEmbeddedEngines();
  const state = mkdtempSync(join(tmpdir(), 'operated-stack-'));
  const ledger = await engines.newLedger();
  const [tasks, callbacks] = [await engines.newQueue(), await engines.newQueue()];
  // A letter that was in the hands of who was killed comes back after this.
  const deadLetters = await engines.newQueue({ VisibilityTimeout: '2' });
  const unavailable = await startScriptedServer(reset);
  const unavailableUrl = `http://127.0.0.1:${unavailable.port}`;
  const pipeline: PipelineEndpoints = {
    name: 'Shop/Callbacks',
    id: 'Callbacks',
    apiUrl: unavailableUrl,
    ledgerTable: ledger.table,
    queueUrls: { tasks: tasks.url, callbacks: callbacks.url, 'dead-letters': deadLetters.url },
    settings: { deliveryDeadlineSeconds: '259200', retentionSeconds: '2592000', auth: 'iam' },
    client: 'arn:aws:iam::000000000000:user/local',
  };
  const endpoints: LocalEndpoints = {
    engines: {
      sqs: engines.sqs.endpoint,
      dynamodb: engines.dynamodb.endpoint,
      secretsManager: unavailableUrl,
    },
    pipelines: [pipeline],
  };
  writeEndpoints(state, endpoints);

  const put = async (entry: Entry) => {
    await ledger.ledger.create(entry);
    return entry;
  };
  const letter = (body: string) => engines.sqs.send(deadLetters.url, [{ body }]);

  return {
    state,
    engines,
    ledger,
    tasks,
    callbacks,
    deadLetters,
    endpoints,
    pipeline,
    put,
    letter,
    async dead(differences = {}) {
      const entry = deliveringTask({
        state: 'dead',
        generation: 1,
        dead_at_ms: DEAD_AT_MS,
        dead_reason: 'deadline-passed',
        attempt_count: 3,
        ...differences,
      });
      await put(entry);
      const { dead_reason = 'deadline-passed', dead_at_ms = DEAD_AT_MS } = entry;
      const dying = { ...entry, generation: entry.generation - 1 };
      await ledger.ledger.listDead(dying, dead_reason, dead_at_ms);
      await letter(messageFor(entry));
      return entry;
    },
    async stop() {
      await Promise.all([engines.stop(), unavailable.close()]);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** The body of a message for a task, in its present life unless another is given. */
export function messageFor({ task_id, generation }: Entry, life = generation): string {
  return JSON.stringify({ v: 1, task_id, generation: life });
}
