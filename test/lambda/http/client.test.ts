import { describe, expect, it } from 'vitest';
import { clientOf } from '../../../lambda/http/client.ts';
import { httpEvent } from '../../support/lambda-events.ts';

const clientOfArn = (userArn: string) => clientOf(httpEvent('POST /api/tasks', { userArn }));

describe('the client of a request', () => {
  it('is a user by its ARN', () => {
    expect(clientOfArn('arn:aws:iam::123456789012:user/team/alice')).toBe(
      'arn:aws:iam::123456789012:user/team/alice',
    );
  });

  it('is a role without the name of the session, which changes with every sign-in', () => {
    expect(clientOfArn('arn:aws:sts::123456789012:assumed-role/Orders/i-0abc')).toBe(
      'arn:aws:sts::123456789012:assumed-role/Orders',
    );
    expect(clientOfArn('arn:aws-cn:sts::123456789012:assumed-role/Orders/alice@example.com')).toBe(
      'arn:aws-cn:sts::123456789012:assumed-role/Orders',
    );
  });

  it('is nobody where no authorizer has spoken, whatever the headers say', () => {
    const event = httpEvent('POST /api/tasks', {
      userArn: null,
      headers: { 'x-user-arn': 'arn:aws:iam::123456789012:user/alice' },
    });

    expect(() => clientOf(event)).toThrow(
      'The request carries no identity. Sign it with AWS Signature Version 4.',
    );
    expect(() => clientOfArn('')).toThrow('The request carries no identity.');
  });
});
