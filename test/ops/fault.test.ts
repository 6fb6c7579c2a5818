import { describe, expect, it } from 'vitest';
import { explain } from '../../ops/fault.ts';

describe('an error of the SDK', () => {
  it.each([
    ['Error', 'Region is missing'],
    ['CredentialsProviderError', 'Could not load credentials from any providers'],
  ])('leads on to the doctor where AWS cannot be asked at all: %s: %s', (name, message) => {
    expect(explain(Object.assign(new Error(message), { name }))).toBe(
      `${message}. AWS is asked with your own settings: give AWS_PROFILE, or AWS_REGION with credentials. npm run doctor says what is missing.`,
    );
  });

  it('says of silence that what was asked for may have been done', () => {
    expect(explain(Object.assign(new Error('a request has exceeded …'), { name: 'TimeoutError' }))).toBe(
      'AWS did not answer in time. What was asked to be done may have been done: look before you ask again. Is the network up, and AWS_REGION right?',
    );
  });

  it('says where nobody was found', () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND sqs.eu-west-9.amazonaws.com'), {
      code: 'ENOTFOUND',
    });
    expect(explain(error)).toBe(
      'AWS was not reached: getaddrinfo ENOTFOUND sqs.eu-west-9.amazonaws.com. Is the network up, and AWS_REGION right?',
    );
  });
});
