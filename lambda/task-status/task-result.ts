import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from '../http/problem.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * The result of a task, as the work returned it.
 *
 * @throws Problem 409 where there is none (yet)
 */
export async function resultAnswer(
  { task_id, state, outcome }: Entry,
  ledger: Ledger,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (outcome?.status !== 'completed') {
    const detail =
      outcome === undefined
        ? `The task is ${state}; it has no result yet. Ask again later, or wait for its callback.`
        : `The task has no result: its outcome is "${outcome.status}". GET /api/tasks/${task_id} tells why.`;
    throw new Problem({ status: 409, title: 'Conflict', detail });
  }
  const { result } = outcome;
  const json = 'json' in result ? result.json : await ledger.readPayload(task_id, result.ref);
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' },
    body: json,
  };
}
