import { beforeEach, describe, expect, it } from 'vitest';
import { Authorization, type RequestEvent } from '../../local/authorization.ts';
import type { InvocationResult } from '../../local/execution-environment.ts';

const KEYS = {
  type: 'function',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Authorize',
  identityHeader: 'authorization',
  rememberedForSeconds: 60,
} as const;

const YES: InvocationResult = { ok: true, payload: { isAuthorized: true, context: { client: 'billing' } } };
const NO: InvocationResult = { ok: true, payload: { isAuthorized: false, context: {} } };

const calls: { arn: string; event: unknown }[] = [];
let answers: InvocationResult[];
let authorization: Authorization;

beforeEach(() => {
  calls.length = 0;
  answers = [YES];
  authorization = new Authorization(async (arn, event) => {
    calls.push({ arn, event });
    return answers[Math.min(calls.length, answers.length) - 1] ?? YES;
  });
});

const request = (authorization?: string): RequestEvent => ({
  version: '2.0',
  routeKey: 'POST /api/tasks',
  headers: authorization === undefined ? {} : { authorization },
  requestContext: { requestId: 'r-1' },
});
const ask = (identity: string | undefined, nowMs = 0, authorizer: typeof KEYS = KEYS) =>
  authorization.of(request(identity), authorizer, nowMs);

describe('a function that authorizes', () => {
  it('is asked with the request, and what it says of the caller goes on', async () => {
    expect(await ask('Bearer one')).toEqual({ authorizer: { lambda: { client: 'billing' } } });
    expect(calls).toEqual([
      {
        arn: KEYS.functionArn,
        event: {
          version: '2.0',
          type: 'REQUEST',
          routeArn: 'arn:aws:execute-api:us-east-1:000000000000:local/$default/POST/api/tasks',
          identitySource: ['Bearer one'],
          routeKey: 'POST /api/tasks',
          headers: { authorization: 'Bearer one' },
          requestContext: { requestId: 'r-1' },
        },
      },
    ]);
  });

  it.each([undefined, ''])('is not asked about %j: that is answered 401', async (identity) => {
    expect(await ask(identity)).toEqual({ refusal: { status: 401, message: 'Unauthorized' } });
    expect(calls).toEqual([]);
  });

  it.each<[string, InvocationResult, number, string]>([
    ['no', NO, 403, 'Forbidden'],
    [
      'an error',
      { ok: false, error: { errorType: 'Error', errorMessage: 'x' } },
      500,
      'Internal Server Error',
    ],
    ['nothing', { ok: true, payload: null }, 500, 'Internal Server Error'],
    ['what is no answer', { ok: true, payload: { isAuthorized: 'true' } }, 500, 'Internal Server Error'],
  ])('that answers %s lets nobody through', async (_what, answer, status, message) => {
    answers = [answer];
    expect(await ask('Bearer one')).toEqual({ refusal: { status, message } });
  });
});

describe('what a function has answered', () => {
  it('is gone by until its time is up, for the same identity alone', async () => {
    answers = [YES, NO, NO];

    expect(await ask('Bearer one', 0)).toHaveProperty('authorizer');
    expect(await ask('Bearer one', 59_999)).toHaveProperty('authorizer');
    expect(calls).toHaveLength(1);
    expect(await ask('Bearer two', 59_999)).toHaveProperty('refusal');
    expect(await ask('Bearer one', 60_000)).toHaveProperty('refusal');
    expect(calls).toHaveLength(3);
  });

  it('is remembered where it was no, too', async () => {
    answers = [NO, YES];

    expect(await ask('Bearer one', 0)).toHaveProperty('refusal');
    expect(await ask('Bearer one', 59_999)).toHaveProperty('refusal');
    expect(await ask('Bearer one', 60_000)).toHaveProperty('authorizer');
  });

  it('is asked for each time where the authorizer remembers nothing', async () => {
    const forgetful = { ...KEYS, rememberedForSeconds: 0 } as unknown as typeof KEYS;
    await ask('Bearer one', 0, forgetful);
    await ask('Bearer one', 0, forgetful);
    expect(calls).toHaveLength(2);
  });

  it('is not remembered where it was an error', async () => {
    answers = [{ ok: false, error: { errorType: 'Error', errorMessage: 'x' } }, YES];

    expect(await ask('Bearer one')).toHaveProperty('refusal');
    expect(await ask('Bearer one')).toHaveProperty('authorizer');
  });

  it('is forgotten, the oldest first, past a thousand', async () => {
    for (let index = 0; index <= 1_000; index += 1) await ask(`Bearer ${index}`);
    await ask('Bearer 1');
    expect(calls).toHaveLength(1_001);
    await ask('Bearer 0');
    expect(calls).toHaveLength(1_002);
  });
});

describe('an authorizer that has nothing to check on this machine', () => {
  it('takes every request for the one local client’s', async () => {
    const of = (authorizer: Parameters<Authorization['of']>[1]) => authorization.of(request(), authorizer, 0);

    expect(await of({ type: 'iam' })).toMatchObject({
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/local' } },
    });
    expect(await of({ type: 'jwt', issuer: 'https://login.example.com' })).toEqual({
      authorizer: { jwt: { claims: { iss: 'https://login.example.com', sub: 'local' }, scopes: null } },
    });
    expect(await of({ type: 'none' })).toEqual({ authorizer: undefined });
    expect(calls).toEqual([]);
  });
});
