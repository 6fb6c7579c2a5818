import { describe, expect, it } from 'vitest';
import { atRank, sharesOf, type TaskTrace, traceOf } from '../../../bench/latency/steps.ts';
import type { TracedCall } from '../../../bench/latency/trace.ts';

const SENT = 1_763_700_000_000;

function call(caller: string, name: string, beganMs: number, endedMs: number): TracedCall {
  return { caller, name, beganMs: SENT + beganMs, endedMs: SENT + endedMs };
}

/** In the order in which they end, as they are told. */
const CALLS: readonly TracedCall[] = [
  call('PipelineSubmitFunction15FF', 'DynamoDB.PutItem', 3, 4),
  call('PipelineSubmitFunction15FF', 'SQS.SendMessage', 5, 6),
  call('', 'POST /api/tasks', 1, 7.5),
  call('PipelineRunFunctionFDB2', 'DynamoDB.UpdateItem', 8, 11),
  call('PipelineRunFunctionFDB2', 'DynamoDB.UpdateItem', 13, 14),
  call('PipelineRunFunctionFDB2', 'SQS.SendMessage', 14.5, 15),
  call('PipelineDeliverFunctionBCDC', 'DynamoDB.GetItem', 17, 17.5),
  call('PipelineDeliverFunctionBCDC', 'DynamoDB.UpdateItem', 21, 22),
];
const SEEN = { sentMs: SENT, acceptedMs: SENT + 8, receivedMs: SENT + 20 };

function replaced(index: number, instead: TracedCall | undefined): TracedCall[] {
  return CALLS.toSpliced(index, 1, ...(instead === undefined ? [] : [instead]));
}

function ofTotal(totalMs: number): TaskTrace {
  return { totalMs, acceptedMs: 1, steps: [] };
}

describe('the trace of a task', () => {
  it('tells its steps one after another, from request to receipt', () => {
    expect(traceOf(SEEN, CALLS)).toEqual({
      totalMs: 20,
      acceptedMs: 8,
      steps: [
        { name: 'submit: to its first write', fromMs: 0, toMs: 3 },
        { name: 'submit: ledger write', fromMs: 3, toMs: 4 },
        { name: 'submit: message', fromMs: 4, toMs: 6 },
        { name: 'tasks queue', fromMs: 6, toMs: 8 },
        { name: 'run: claim', fromMs: 8, toMs: 11 },
        { name: 'run: work', fromMs: 11, toMs: 13 },
        { name: 'run: outcome', fromMs: 13, toMs: 14 },
        { name: 'run: message', fromMs: 14, toMs: 15 },
        { name: 'callbacks queue', fromMs: 15, toMs: 17 },
        { name: 'deliver: read', fromMs: 17, toMs: 17.5 },
        { name: 'deliver: post', fromMs: 17.5, toMs: 20 },
      ],
    });
  });

  it('takes a batch read for a read', () => {
    const batch = call('PipelineDeliverFunctionBCDC', 'DynamoDB.BatchGetItem', 17, 17.5);

    expect(traceOf(SEEN, replaced(6, batch))).toEqual(traceOf(SEEN, CALLS));
  });

  it('has no step of less than nothing where a poller is ahead of the sender', () => {
    const late = call('PipelineSubmitFunction15FF', 'SQS.SendMessage', 5, 9);

    expect(traceOf(SEEN, replaced(1, late))?.steps[3]).toEqual({ name: 'tasks queue', fromMs: 8, toMs: 8 });
  });

  it('is none where a call is missing', () => {
    expect(traceOf(SEEN, replaced(4, undefined))).toBeUndefined();
  });
});

describe('the shares of the steps', () => {
  it('are of all tasks’ time together', () => {
    const trace = traceOf(SEEN, CALLS) as TaskTrace;

    const percents = sharesOf([trace, trace]).map(({ name, percent }) => [name, percent]);

    expect(percents.slice(0, 5)).toEqual([
      ['submit: to its first write', 15],
      ['submit: ledger write', 5],
      ['submit: message', 10],
      ['tasks queue', 10],
      ['run: claim', 15],
    ]);
  });
});

describe('the task at a rank', () => {
  it('is the one that a share of all were not slower than', () => {
    const traces = [30, 10, 40, 20].map(ofTotal);

    expect(atRank(traces, 0.5)?.totalMs).toBe(20);
    expect(atRank(traces, 0.99)?.totalMs).toBe(40);
  });
});
