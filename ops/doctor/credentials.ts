import type { Check } from './check.ts';
import { NoAnswerError } from './time-limit.ts';

const SET_UP = [
  'export AWS_PROFILE=a-profile (aws configure sso makes one, aws sso login refreshes it),',
  'or export AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
];

/** What is wrong with credentials with which one cannot even ask who one is. */
export function judgeRefusal(error: unknown): Check {
  const name = 'credentials';
  const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
  const failed = (finding: string, next: readonly string[]): Check => ({
    name,
    status: 'failed',
    finding,
    next,
  });

  if (/^ExpiredToken/.test(kind) || /\bexpired\b/i.test(message)) {
    return failed(`they have expired: ${message}`, ['aws sso login, or get new ones where you got these']);
  }
  if (
    [
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
    ].includes(kind)
  ) {
    return failed(`AWS does not know them: ${kind}`, [
      'See that key, secret and session token are of one piece',
      ...SET_UP,
    ]);
  }
  if (/Credentials/.test(kind)) return failed('there are none', SET_UP);
  if (error instanceof NoAnswerError) {
    return failed(`AWS did not answer (${message})`, [
      'See that this machine reaches sts.*.amazonaws.com',
      ...SET_UP,
    ]);
  }
  return failed(`AWS cannot be asked: ${kind}: ${message}`, [
    'See that this machine reaches sts.*.amazonaws.com',
  ]);
}
