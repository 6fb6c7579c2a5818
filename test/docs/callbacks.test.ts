import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callbackRequest } from '../../lambda/callback/request.ts';
import { FAILURE_TYPES } from '../../lambda/contract/failure-types.ts';
import { CALLBACK_FORMATS, type CallbackFormat } from '../../lambda/contract/formats.ts';
import type { Outcome } from '../../lambda/ledger/entry.ts';
import { acceptedTask } from '../support/entries.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/callbacks.md'), 'utf8');

/** The task of the examples, as a callback of this format tells of it. */
function example(format: CallbackFormat, outcome: Outcome) {
  const entry = acceptedTask({
    task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
    task_name: 'generate-report',
    state: 'delivering',
    callback_format: format,
    callback_url: 'https://receiver.example/hook',
    outcome,
  });
  return callbackRequest(entry, '{"rows":2,"mean":{"price":1.5}}', {
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    apiUrl: 'https://api.example.com',
    nowMs: 1_764_000_005_000,
  });
}

/** What stands below the heading of a format. */
const section = (format: CallbackFormat) =>
  text.split(/^## /m).find((part) => part.startsWith(`${format}\n`));

describe('docs/callbacks.md', () => {
  it.each(CALLBACK_FORMATS)('shows format %s as it is sent', (format) => {
    const { headers, body } = example(format, {
      status: 'completed',
      completed_at_ms: 1_764_000_000_000,
      result: { json: '{"rows":2,"mean":{"price":1.5}}' },
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

    expect(section(format)).toContain(['```http', 'POST /hook', ...lines, '', body, '```'].join('\n'));
  });

  it('lists every type of failure that the product itself writes', () => {
    const documented = [...(section('task') ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, type]) => type);

    expect(documented.filter((type) => type !== 'type')).toEqual([...FAILURE_TYPES]);
  });

  it.each(['task', 'job', 'beam-v2'] as const)('shows how format %s tells of a failure', (format) => {
    const { body } = example(format, {
      status: 'failed',
      completed_at_ms: 1_764_000_000_000,
      error: { type: 'RangeError', message: 'no rows' },
    });

    expect(section(format)).toContain(body);
  });
});
