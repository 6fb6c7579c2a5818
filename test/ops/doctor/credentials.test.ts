import { describe, expect, it } from 'vitest';
import { judgeRefusal } from '../../../ops/doctor/credentials.ts';
import { NoAnswerError } from '../../../ops/doctor/time-limit.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('credentials that are refused', () => {
  it.each([
    [
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      'there are none',
      'AWS_PROFILE',
    ],
    [
      named('ExpiredToken', 'The security token included in the request is expired'),
      'they have expired',
      'aws sso login',
    ],
    [named('CredentialsProviderError', 'The SSO session has expired'), 'they have expired', 'aws sso login'],
    [
      named('InvalidClientTokenId', 'The security token is invalid'),
      'AWS does not know them',
      'of one piece',
    ],
    [named('SignatureDoesNotMatch', 'The request signature'), 'AWS does not know them', 'of one piece'],
    [new NoAnswerError('no answer within 8 s'), 'AWS did not answer', 'reaches sts'],
    [
      named('Error', 'getaddrinfo ENOTFOUND sts.eu-central-1.amazonaws.com'),
      'AWS cannot be asked',
      'reaches sts',
    ],
    ['odd', 'AWS cannot be asked', 'reaches sts'],
  ])('%s', (error, finding, next) => {
    expect(judgeRefusal(error)).toMatchObject({
      name: 'credentials',
      status: 'failed',
      finding: expect.stringContaining(finding),
    });
    expect(judgeRefusal(error).next?.join('\n')).toContain(next);
  });
});
