import { setTimeout as delay } from 'node:timers/promises';
import { opsJson } from '../support/ops.ts';
import type { HandDrivenStack } from './hand-driven-stack.ts';
import { snapshot } from './record-cases.ts';
import type { RecordedCase } from './recorded-release.ts';

/** The client whose keys are recorded, as its operators name it. */
export const KEY_CLIENT = 'billing';

/** No callback is made while these cases are recorded. */
const HOSTS = { receiver: '127.0.0.1:9', hanging: '127.0.0.1:10' } as const;

/**
 * Makes keys of every kind on a stack with `auth=api-key`, and a task of their client.
 *
 * @returns the keys' texts with the cases
 */
export async function recordKeyCases(
  stack: HandDrivenStack,
): Promise<{ cases: Record<string, RecordedCase>; api_keys: Record<string, string> }> {
  const create = async (...args: string[]) =>
    await opsJson('keys', 'create', '--client', KEY_CLIENT, ...args, '--state', stack.state);
  const lasting = await create();
  const expiring = await create('--expires', '90d');
  const expired = await create('--expires', '1s');
  const revoked = await create();
  await opsJson('keys', 'revoke', revoked.key_id ?? '', '--yes', '--state', stack.state);
  await delay(1_000);

  const taskId = await stack.submit(
    { task_name: 'generate-report', callback_url: `http://${HOSTS.receiver}/accepted` },
    { authorization: `Bearer ${lasting.key}` },
  );
  const accepted = await snapshot(
    stack,
    { story: 'Submitted with a key. Its message waits in the tasks queue.' },
    [taskId],
    HOSTS,
  );
  const keys = (await stack.items()).filter(({ pk }) => pk?.S === 'api-keys');
  return {
    cases: {
      accepted,
      'api-keys': {
        story: 'The keys of the client "billing": lasting, valid for 90 days, expired, and revoked.',
        recorded_at_ms: Date.now(),
        task_ids: [],
        items: keys,
        messages: [],
      },
    },
    api_keys: {
      lasting: String(lasting.key),
      expiring: String(expiring.key),
      expired: String(expired.key),
      revoked: String(revoked.key),
    },
  };
}
