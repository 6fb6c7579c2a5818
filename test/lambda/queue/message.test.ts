import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, MalformedMessageError, parseMessage } from '../../../lambda/queue/message.ts';

const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';

describe('a queue message', () => {
  it('says which task to advance, and nothing else', () => {
    expect(encodeMessage({ task_id: TASK_ID, generation: 2 })).toBe(
      `{"v":1,"task_id":"${TASK_ID}","generation":2}`,
    );
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(Number.MAX_SAFE_INTEGER), (task_id, generation) => {
        expect(parseMessage(encodeMessage({ task_id, generation }))).toEqual({ task_id, generation });
      }),
    );
  });

  it.each([
    ['', 'the message body is not JSON'],
    ['hello', 'the message body is not JSON'],
    ['null', 'the message is not {v: 1, task_id, generation}; look at: the body'],
    ['[]', 'the message is not {v: 1, task_id, generation}; look at: the body'],
    ['{}', 'the message is not {v: 1, task_id, generation}; look at: v, task_id, generation'],
    [
      `{"v":2,"task_id":"${TASK_ID}","generation":0}`,
      'the message is not {v: 1, task_id, generation}; look at: v',
    ],
    [
      '{"v":1,"task_id":"42","generation":0}',
      'the message is not {v: 1, task_id, generation}; look at: task_id',
    ],
    [
      `{"v":1,"task_id":"${TASK_ID}","generation":-1}`,
      'the message is not {v: 1, task_id, generation}; look at: generation',
    ],
    [
      `{"v":1,"task_id":"${TASK_ID}","generation":0.5}`,
      'the message is not {v: 1, task_id, generation}; look at: generation',
    ],
  ])('%j is not ours', (body, message) => {
    expect(() => parseMessage(body)).toThrow(new MalformedMessageError(message));
  });

  it('is a message or malformed, whatever somebody sends', () => {
    const fields = { v: fc.constantFrom(1, 2, '1'), task_id: fc.oneof(fc.uuid(), fc.string()) };
    const almostOurs = fc
      .record({ ...fields, generation: fc.oneof(fc.nat(), fc.double(), fc.string()) }, { requiredKeys: [] })
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almostOurs), (body) => {
        try {
          const { task_id, generation } = parseMessage(body);
          return task_id.length === 36 && Number.isSafeInteger(generation) && generation >= 0;
        } catch (error) {
          return error instanceof MalformedMessageError;
        }
      }),
    );
  });
});
