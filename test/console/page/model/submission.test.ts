import { describe, expect, it } from 'vitest';
import type { TaskSample } from '../../../../console/api-types.ts';
import { formOf, requestOf, type SubmitForm } from '../../../../console/page/model/submission.ts';

const API = 'http://127.0.0.1:7071';
const SLEEP: TaskSample = {
  task_name: 'sleep',
  input: { seconds: 5 },
  external: false,
  note: 'Does nothing.',
};

const filledIn = (changed: Partial<SubmitForm> = {}) =>
  requestOf({ ...formOf(SLEEP, true), ...changed }, API);

describe('the form', () => {
  it('as it is opened asks for the sample, with a callback to an inbox', () => {
    expect(filledIn()).toEqual({
      request: {
        body: { task_name: 'sleep', callback_url: 'http://127.0.0.1:7071/inbox/demo', input: { seconds: 5 } },
      },
    });
  });

  it('has no inbox on AWS', () => {
    expect(requestOf(formOf(SLEEP, false), API)).toEqual({
      request: { body: { task_name: 'sleep', input: { seconds: 5 } } },
    });
  });

  it('says all that a request can say', () => {
    const full = filledIn({
      inputText: '',
      callbackTo: 'url',
      callbackUrl: 'https://receiver.example/callbacks',
      format: 'beam-v2',
      delayText: '90',
      idempotencyKey: 'order-7',
    });

    expect(full).toEqual({
      request: {
        body: {
          task_name: 'sleep',
          callback_url: 'https://receiver.example/callbacks',
          callback_format: 'beam-v2',
          delay_seconds: 90,
        },
        idempotency_key: 'order-7',
      },
    });
  });

  it('keeps an input that is false, or nothing', () => {
    expect(filledIn({ inputText: 'false', callbackTo: 'none' })).toEqual({
      request: { body: { task_name: 'sleep', input: false } },
    });
    expect(filledIn({ inputText: 'null', callbackTo: 'none' })).toEqual({
      request: { body: { task_name: 'sleep', input: null } },
    });
  });

  it.each<[Partial<SubmitForm>, keyof SubmitForm, RegExp]>([
    [{ taskName: ' ' }, 'taskName', /^Which task\?/],
    [{ inputText: '{seconds: 5}' }, 'inputText', /^Not JSON: .*Leave it empty for no input/],
    [{ inboxName: 'a b' }, 'inboxName', /1 to 64 letters/],
    [{ callbackTo: 'url', callbackUrl: 'receiver.example' }, 'callbackUrl', /https:\/\/receiver\.example/],
    [{ delayText: 'soon' }, 'delayText', /0 to 2,592,000/],
    [{ delayText: '-1' }, 'delayText', /0 to 2,592,000/],
  ])('%o is told beside its field', (changed, field, words) => {
    expect(filledIn(changed)).toEqual({ issues: { [field]: expect.stringMatching(words) } });
  });
});
