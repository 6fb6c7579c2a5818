/** What `test/releases/<version>/` holds of a release, written by `record.ts`. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unpackAssembly } from './archive.ts';
import type { KeptResource } from './kept-resources.ts';
import { markResources } from './mark-resources.ts';

/** The deployments that are recorded, by their `auth` setting; everything else is at its default. */
export const DEPLOYMENTS = { default: {}, 'api-key': { auth: 'api-key' } } as const;
export type Deployment = keyof typeof DEPLOYMENTS;

export type QueueName = 'tasks' | 'callbacks' | 'dead-letters';

/** A DynamoDB item, in DynamoDB's JSON. */
export type RecordedItem = Readonly<Record<string, AttributeValue>>;

/** A message that lay in a queue. */
export interface RecordedMessage {
  readonly queue: QueueName;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The `MessageGroupId`: a hash, hence of the host that the release was recorded with. */
  readonly group?: string;
  /** From when on a consumer can receive it, in epoch milliseconds. */
  readonly visible_at_ms: number;
}

/** Tasks in one state: everything that DynamoDB and SQS held of them at one moment. */
export interface RecordedCase {
  /** How the tasks came into this state. */
  readonly story: string;
  /** The moment, in epoch milliseconds. Every other time in the case is as it was then. */
  readonly recorded_at_ms: number;
  readonly task_ids: readonly string[];
  /** The request that submitted the task, if a test repeats it. */
  readonly request?: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown };
  readonly items: readonly RecordedItem[];
  readonly messages: readonly RecordedMessage[];
}

/** The tasks, messages and secrets of one deployment. */
export interface RecordedState {
  /** The master secret's string. It signs nothing but the callbacks of these tests. */
  readonly master_secret: string;
  /** Client → the signing secret that its receivers verify with. */
  readonly signing_secrets: Readonly<Record<string, string>>;
  /** The text of each API key, by what is the matter with it. They open nothing but the stacks of these tests. */
  readonly api_keys?: Readonly<Record<string, string>>;
  readonly cases: Readonly<Record<string, RecordedCase>>;
}

/** The parts of the pipeline that hold data. */
export type Part = 'ledger' | QueueName | 'master-secret';

/** The resources that hold data or an address. */
export interface RecordedResources {
  /** Part → its logical id. */
  readonly parts: Readonly<Record<Part, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, KeptResource>>;
}

/** Stands for `host:port` of the receiver, in the recorded items and messages. */
export const RECEIVER = '{{receiver}}';
/** The same, of a host that did not answer in time when the release was recorded. */
export const HANGING_RECEIVER = '{{hanging-receiver}}';

export const FILES = {
  assemblies: 'assemblies.json.br',
  resources: 'resources.json',
  state: (deployment: Deployment) => `${deployment}.state.json`,
} as const;

export interface RecordedRelease {
  readonly version: string;
  readonly resources: Readonly<Record<Deployment, RecordedResources>>;
  state(deployment: Deployment): RecordedState;
  /** Unpacks the release's own cloud assembly into a temporary folder, which the caller deletes. */
  assembly(deployment: Deployment): string;
}

/** The releases that are recorded, the oldest first. */
export function recordedVersions(): string[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

export function readRelease(version: string): RecordedRelease {
  const directory = join(import.meta.dirname, version);
  const readJson = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  return {
    version,
    resources: readJson(FILES.resources),
    state: (deployment) => readJson(FILES.state(deployment)),
    assembly(deployment) {
      const unpacked = mkdtempSync(join(tmpdir(), `release-${version}-${deployment}-`));
      unpackAssembly(readFileSync(join(directory, FILES.assemblies)), deployment, unpacked);
      markResources(join(unpacked, 'CallbackCompletion.template.json'));
      return unpacked;
    },
  };
}
