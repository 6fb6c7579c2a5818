import { unmarshall } from '@aws-sdk/util-dynamodb';
import { callbackRequest } from '../../lambda/callback/request.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { entryOfItem } from '../../lambda/ledger/entry-item.ts';
import { seededEntry, seededTaskId } from '../stub-engine/seed.ts';

/** The secret that the other workers sign with; ours derives each client's from its master. */
export const SIGNING_SECRET = `whsec_${Buffer.from('thirty-two bytes of a bench key.').toString('base64')}`;

/** A callback that is owed, as a worker that is not ours finds it in its queue. */
export interface OwedCallback {
  readonly id: string;
  readonly url: string;
  readonly body: string;
}

/** The entry of a task whose callback is owed, as run leaves it to deliver. */
export function owedEntry(number: number, callbackUrl: string): Entry {
  const entry = entryOfItem(unmarshall({ ...seededEntry(seededTaskId(number), callbackUrl) }));
  if (entry === undefined) throw new Error('there is an entry for each item');
  return entry;
}

/** The same callback, byte for byte, with what is to be done at the time of its attempt left to the worker. */
export function owedCallback(number: number, callbackUrl: string): OwedCallback {
  const entry = owedEntry(number, callbackUrl);
  const { outcome } = entry;
  const resultJson = outcome?.status === 'completed' && 'json' in outcome.result ? outcome.result.json : '{}';
  const circumstances = { secrets: [SIGNING_SECRET], apiUrl: 'http://127.0.0.1', nowMs: 0 };
  const { url, body } = callbackRequest(entry, resultJson, circumstances);
  return { id: entry.task_id, url, body };
}
