import { describe, expect, it } from 'vitest';
import { faultFields } from '../../lambda/fault-fields.ts';
import { LoggableError } from '../../lambda/loggable-error.ts';
import { MalformedMessageError, parseMessage } from '../../lambda/queue/message.ts';

/** What is thrown by that. */
function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe('the text of an error', () => {
  it('is told where it is ours', () => {
    expect(faultFields(new LoggableError('the ledger knows no task'))).toMatchObject({
      name: 'LoggableError',
      message: 'the ledger knows no task',
    });
    expect(faultFields(new MalformedMessageError('the message body is not JSON'))).toMatchObject({
      name: 'MalformedMessageError',
      message: 'the message body is not JSON',
    });
  });

  it.each([
    ['a parser, which quotes what it could not read', () => JSON.parse('a-secret')],
    ['an argument check, which shows the argument', () => Buffer.from({ text: 'a-secret' } as never)],
    ['a URL, which is kept whole beside the text', () => new URL('a-secret')],
    ['a queue message, which is not ours', () => parseMessage('{"a-secret":"a-secret"}')],
  ])('is not told of %s', (_, act) => {
    expect(JSON.stringify(faultFields(thrownBy(act)))).not.toContain('a-secret');
  });

  it.each([
    ['one that Node or a library throws as a plain error', new Error('a-secret')],
    [
      "one of Node's with a code",
      Object.assign(new Error('getaddrinfo ENOTFOUND a-secret'), {
        code: 'ENOTFOUND',
        syscall: 'getaddrinfo',
      }),
    ],
    ['one that only bears the name', Object.assign(new Error('a-secret'), { name: 'LoggableError' })],
    ['a cause, whatever its error tells', new LoggableError('ours', { cause: new Error('a-secret') })],
  ])('is not told of %s', (_, error) => {
    const fields = faultFields(error);

    expect(JSON.stringify({ ...fields, at: [] })).not.toContain('a-secret');
  });

  it('is not told of an AWS service, which may repeat the request: its status and number are', () => {
    const error = Object.assign(new Error('the item {"S":"a-secret"} is too large'), {
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400, requestId: 'GOD4J0K7CQ7S0F4P9T9HK3K2M7VV4KQNSO5AEMVJF66Q9ASUAAJG' },
      $response: { body: 'a-secret' },
    });

    const fields = faultFields(error);

    expect(fields).toMatchObject({
      name: 'ValidationException',
      http_status: 400,
      aws_request_id: 'GOD4J0K7CQ7S0F4P9T9HK3K2M7VV4KQNSO5AEMVJF66Q9ASUAAJG',
    });
    expect(JSON.stringify(fields)).not.toContain('a-secret');
  });
});

describe('the place of an error', () => {
  it('is told, innermost first', () => {
    const { at = [] } = faultFields(thrownBy(() => JSON.parse('a-secret')));

    expect(at[0]).toBe('JSON.parse (<anonymous>)');
    expect(at[1]).toContain('fault-fields.test.ts');
    expect(at.length).toBeLessThanOrEqual(10);
  });

  it('is not where the text pretends to be one', () => {
    const fields = faultFields(new TypeError('odd\n    at a-secret (file.js:1:1)'));

    expect(fields).toEqual({ name: 'TypeError' });
  });
});

describe('an odd error', () => {
  it('is told without its oddities', () => {
    const odd = Object.assign(new TypeError('x'), { name: 'a secret\nname', code: 'a secret', stack: 7 });

    expect(faultFields(odd)).toEqual({ name: 'Error' });
  });
});
