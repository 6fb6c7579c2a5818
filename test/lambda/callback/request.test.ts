import { describe, expect, it } from 'vitest';
import { callbackRequest } from '../../../lambda/callback/request.ts';
import type { Entry, Outcome } from '../../../lambda/ledger/entry.ts';
import { acceptedTask } from '../../support/entries.ts';

const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PREVIOUS_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

function settled(outcome: Outcome): Entry {
  return acceptedTask({ task_id: TASK_ID, state: 'delivering', outcome });
}

const completed = settled({
  status: 'completed',
  completed_at_ms: 1_764_000_000_000,
  result: { json: '{"slept_seconds":0.5}' },
});

describe('the request of a callback', () => {
  it('tells the result of a completed task, signed for this moment', () => {
    expect(callbackRequest(completed, '{"slept_seconds":0.5}', [SECRET], 1_764_000_005_999)).toEqual({
      url: 'https://receiver.example/hook?key=1',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'callback-completion/0.1.0',
        'webhook-id': TASK_ID,
        'webhook-timestamp': '1764000005',
        'webhook-signature': 'v1,MzuzkAIS/G1GZadpxRe11MybK1q5FwGJ+4Kh6aQyzEA=',
      },
      body: `{"status":"completed","task_id":"${TASK_ID}","task_name":"sleep","result":{"slept_seconds":0.5},"completed_at":"2025-11-24T16:00:00.000Z"}`,
    });
  });

  it('has one signature for each live secret, the current one first', () => {
    const { headers } = callbackRequest(
      completed,
      '{"slept_seconds":0.5}',
      [SECRET, PREVIOUS_SECRET],
      1_764_000_005_000,
    );

    expect(headers['webhook-signature']).toBe(
      'v1,MzuzkAIS/G1GZadpxRe11MybK1q5FwGJ+4Kh6aQyzEA= v1,ZG3HCy8SsUPCaeIVCyRJ6qPioOJisSWfui+vLtgDGXg=',
    );
  });

  it('has the same id and body at a later attempt, and a fresh timestamp', () => {
    const first = callbackRequest(completed, '{"slept_seconds":0.5}', [SECRET], 1_764_000_005_000);
    const later = callbackRequest(completed, '{"slept_seconds":0.5}', [SECRET], 1_764_086_405_000);

    expect(later.body).toBe(first.body);
    expect(later.headers['webhook-id']).toBe(TASK_ID);
    expect(later.headers['webhook-timestamp']).toBe('1764086405');
    expect(later.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it.each(['failed', 'timeout', 'cancelled'] as const)('tells why a task is %s', (status) => {
    const entry = settled({
      status,
      completed_at_ms: 1_764_000_000_000,
      error: { type: 'RangeError', message: 'no "rows"' },
    });

    expect(callbackRequest(entry, undefined, [SECRET], 1_764_000_005_000).body).toBe(
      `{"status":"${status}","task_id":"${TASK_ID}","task_name":"sleep","error":{"type":"RangeError","message":"no \\"rows\\""},"completed_at":"2025-11-24T16:00:00.000Z"}`,
    );
  });

  it('keeps a null result apart from a missing one', () => {
    const { body } = callbackRequest(completed, 'null', [SECRET], 1_764_000_005_000);

    expect(body).toContain('"result":null,');
  });

  it('is not made for a task that owes no callback', () => {
    expect(() => callbackRequest(acceptedTask({ task_id: TASK_ID }), undefined, [], 0)).toThrow(
      `task ${TASK_ID} is accepted but has no outcome or no callback_url`,
    );
  });
});
