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

/** A callback of the format `task`, attempted at this time. */
function attemptAt(nowMs: number, secrets: readonly string[] = [SECRET]) {
  return callbackRequest(completed, '{"slept_seconds":0.5}', {
    secrets,
    apiUrl: 'https://api.example.com',
    nowMs,
  });
}

describe('the request of a callback', () => {
  it('tells the result of a completed task, signed for this moment', () => {
    expect(attemptAt(1_764_000_005_999)).toEqual({
      url: 'https://receiver.example/hook?key=1',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'callback-completion/0.1.0',
        'webhook-id': TASK_ID,
        'webhook-timestamp': '1764000005',
        'webhook-signature': 'v1,MzuzkAIS/G1GZadpxRe11MybK1q5FwGJ+4Kh6aQyzEA=',
        'x-task-id': TASK_ID,
        'x-task-status': 'completed',
        'x-task-timestamp': '1764000005',
        'x-task-signature': '08dee422fc3beaf81d1ff11dd6b1d948626815c8dc45876f3ed6199beb18150c',
      },
      body: `{"status":"completed","task_id":"${TASK_ID}","task_name":"sleep","result":{"slept_seconds":0.5},"completed_at":"2025-11-24T16:00:00.000Z"}`,
    });
  });

  it('has one Standard Webhooks signature for each live secret, the current one first', () => {
    const { headers } = attemptAt(1_764_000_005_000, [SECRET, PREVIOUS_SECRET]);

    expect(headers['webhook-signature']).toBe(
      'v1,MzuzkAIS/G1GZadpxRe11MybK1q5FwGJ+4Kh6aQyzEA= v1,ZG3HCy8SsUPCaeIVCyRJ6qPioOJisSWfui+vLtgDGXg=',
    );
  });

  it("has Beam's signature with the current secret alone", () => {
    const { headers } = attemptAt(1_764_000_005_000, [SECRET, PREVIOUS_SECRET]);

    expect(headers['x-task-signature']).toBe(
      '08dee422fc3beaf81d1ff11dd6b1d948626815c8dc45876f3ed6199beb18150c',
    );
  });

  it('has the same id and body at a later attempt, and fresh timestamps and signatures', () => {
    const first = attemptAt(1_764_000_005_000);
    const later = attemptAt(1_764_086_405_000);

    expect(later.body).toBe(first.body);
    expect(later.headers).toMatchObject({
      'webhook-id': TASK_ID,
      'webhook-timestamp': '1764086405',
      'x-task-id': TASK_ID,
      'x-task-timestamp': '1764086405',
    });
    expect(later.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect(later.headers['x-task-signature']).not.toBe(first.headers['x-task-signature']);
  });

  const circumstances = { secrets: [SECRET], apiUrl: 'https://api.example.com', nowMs: 0 };

  it('is not made for a task that owes no callback', () => {
    expect(() => callbackRequest(acceptedTask({ task_id: TASK_ID }), undefined, circumstances)).toThrow(
      `task ${TASK_ID} is accepted but has no outcome or no callback_url`,
    );
  });

  it('is an error that names the format, if a newer version accepted the task', () => {
    const entry = acceptedTask({
      task_id: TASK_ID,
      callback_format: 'xml' as 'task',
      outcome: { status: 'completed', completed_at_ms: 0, result: { json: '1' } },
    });

    expect(() => callbackRequest(entry, '1', circumstances)).toThrow(
      `task ${TASK_ID} has the callback_format "xml", which this version does not know`,
    );
  });

  it('is never made without a signature', () => {
    expect(() => attemptAt(1_764_000_005_000, [])).toThrow(`there is no secret to sign task ${TASK_ID} with`);
  });
});
