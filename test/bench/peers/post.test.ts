import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { owedCallback, SIGNING_SECRET } from '../../../bench/drain/callback.ts';
import { postOwed } from '../../../bench/peers/post.ts';
import { startReceiver } from '../../support/scripted-receiver.ts';

it('posts what deliver would: the same body, with a signature that verifies', async () => {
  const receiver = await startReceiver();
  try {
    const kept = await postOwed(owedCallback(7, receiver.url));
    const headers = receiver.received[0]?.headers as Record<string, string>;
    const body = receiver.received[0]?.body ?? '';
    expect(kept.status_code).toBe(200);
    expect(headers['webhook-id']).toBe('00000000-0000-4000-8000-000000000007');
    expect(new Webhook(SIGNING_SECRET).verify(body, headers)).toEqual({
      status: 'completed',
      task_id: '00000000-0000-4000-8000-000000000007',
      task_name: 'sleep',
      result: { slept_seconds: 4 },
      completed_at: '2025-11-24T16:00:05.000Z',
    });
  } finally {
    await receiver.stop();
  }
});

it('has the job tried again where the endpoint does not take the callback', async () => {
  const receiver = await startReceiver([503]);
  try {
    await expect(postOwed(owedCallback(0, receiver.url))).rejects.toThrow('answered 503');
  } finally {
    await receiver.stop();
  }
});
