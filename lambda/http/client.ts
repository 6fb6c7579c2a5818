import { Problem } from './problem.ts';

/** What an authorizer leaves in the event of a request. */
export interface AuthorizedEvent {
  readonly requestContext: {
    readonly authorizer?: {
      readonly iam?: { readonly userArn?: string | null; readonly [field: string]: unknown } | null;
    } | null;
  };
}

/**
 * Who sent a request, from what the authorizer says and nothing else: for IAM the ARN of the user or the role.
 * The session's name is cut off, since it changes with every sign-in.
 *
 * @throws Problem 401 where no authorizer has spoken
 */
export function clientOf(event: AuthorizedEvent): string {
  const arn = event.requestContext.authorizer?.iam?.userArn;
  if (arn === undefined || arn === null || arn === '') {
    throw new Problem({
      status: 401,
      title: 'Unauthorized',
      detail: 'The request carries no identity. Sign it with AWS Signature Version 4.',
    });
  }
  return arn.replace(/^(arn:[^:]+:sts::\d*:assumed-role\/[^/]+)\/.*$/, '$1');
}
