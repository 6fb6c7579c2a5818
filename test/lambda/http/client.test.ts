import { describe, expect, it } from 'vitest';
import { clientOf } from '../../../lambda/http/client.ts';
import { httpEvent } from '../../support/lambda-events.ts';

type Authorizer = NonNullable<Parameters<typeof httpEvent>[1]>['authorizer'];

const clientOfArn = (userArn: string) => clientOf(httpEvent('POST /api/tasks', { userArn }), 'iam');
const from = (authorizer: Authorizer) => httpEvent('POST /api/tasks', { authorizer });
const claims = (iss: unknown, sub: unknown) => from({ jwt: { claims: { iss, sub, client_id: 'mallory' } } });

const ISSUER = 'https://login.example.com/tenant';

describe('the client of a request signed with IAM', () => {
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

  it('is one of the users of a Cognito identity pool, who share a role and the name of its session', () => {
    const userArn = 'arn:aws:sts::123456789012:assumed-role/Shoppers/CognitoIdentityCredentials';
    const userOf = (cognitoIdentity: Record<string, unknown> | null) =>
      clientOf(from({ iam: { userArn, cognitoIdentity } }), 'iam');

    const alice = {
      identityId: 'eu-west-1:6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55',
      identityPoolId: 'eu-west-1:p',
    };
    expect(userOf(alice)).toBe(
      'arn:aws:sts::123456789012:assumed-role/Shoppers#eu-west-1:6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55',
    );
    expect(userOf({ ...alice, identityId: 'eu-west-1:0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e' })).toBe(
      'arn:aws:sts::123456789012:assumed-role/Shoppers#eu-west-1:0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e',
    );
    // Without a pool API Gateway says null.
    for (const none of [null, {}, { identityId: null }, { identityId: '' }]) {
      expect(userOf(none)).toBe('arn:aws:sts::123456789012:assumed-role/Shoppers');
    }
  });

  it('is nobody where there is but the identity of a pool', () => {
    const iam = { userArn: null, cognitoIdentity: { identityId: 'eu-west-1:1' } };
    expect(() => clientOf(from({ iam }), 'iam')).toThrow('Sign it with AWS Signature Version 4.');
  });
});

describe('the client of a request with a token', () => {
  it('is the subject at its issuer', () => {
    expect(clientOf(claims(ISSUER, 'alice'), 'jwt')).toBe('jwt:https://login.example.com/tenant#alice');
  });

  it('is told apart from the same subject at another issuer, and by case', () => {
    const clients = [
      claims(ISSUER, 'alice'),
      claims('https://login.example.com/other', 'alice'),
      claims(ISSUER, 'Alice'),
    ].map((event) => clientOf(event, 'jwt'));
    expect(new Set(clients).size).toBe(3);
  });

  it.each([
    ['no subject', claims(ISSUER, undefined)],
    ['an empty subject', claims(ISSUER, '')],
    ['a subject that is no text', claims(ISSUER, 42)],
    ['no issuer', claims(undefined, 'alice')],
    ['no claims', from({ jwt: {} })],
    ['claims of null', from({ jwt: { claims: null } })],
  ])('is nobody with %s', (_what, event) => {
    expect(() => clientOf(event, 'jwt')).toThrow(
      'The request carries no identity. Send a token of the issuer that has a sub claim, as Authorization: Bearer.',
    );
  });

  it('may be as long as signing secrets can be derived for, and no longer', () => {
    const longest = 'x'.repeat(900 - `jwt:${ISSUER}#`.length);
    expect(clientOf(claims(ISSUER, longest), 'jwt')).toHaveLength(900);
    expect(() => clientOf(claims(ISSUER, `${longest}x`), 'jwt')).toThrow('longer than 900 bytes');
    expect(() => clientOf(claims(ISSUER, `${longest.slice(1)}é`), 'jwt')).toThrow('longer than 900 bytes');
  });

  it('is no text that UTF-8 cannot tell from another', () => {
    expect(() => clientOf(claims(ISSUER, 'a\ud800'), 'jwt')).toThrow('no Unicode text');
  });
});

describe('the client of a request with a key', () => {
  it('is the name that the key was made for', () => {
    expect(clientOf(from({ lambda: { client: 'billing' } }), 'api-key')).toBe('api-key:billing');
  });

  it.each([
    ['no context', from({ lambda: null })],
    ['no name', from({ lambda: {} })],
    ['a name that is no text', from({ lambda: { client: { name: 'billing' } } })],
  ])('is nobody with %s', (_what, event) => {
    expect(() => clientOf(event, 'api-key')).toThrow('Send your key as Authorization: Bearer cck_…');
  });
});

describe('the client of any request', () => {
  const every: Authorizer = {
    iam: { userArn: 'arn:aws:iam::123456789012:user/alice' },
    jwt: { claims: { iss: ISSUER, sub: 'alice' } },
    lambda: { client: 'alice' },
  };

  it('is who the kind of the deployment says, whatever other kinds would say', () => {
    expect(clientOf(from(every), 'iam')).toBe('arn:aws:iam::123456789012:user/alice');
    expect(clientOf(from(every), 'jwt')).toBe('jwt:https://login.example.com/tenant#alice');
    expect(clientOf(from(every), 'api-key')).toBe('api-key:alice');
  });

  it.each(['iam', 'jwt', 'api-key'] as const)(
    'is nobody with auth=%s where only the others have spoken',
    (kind) => {
      const others = Object.entries(every).filter(
        ([name]) => name !== { iam: 'iam', jwt: 'jwt', 'api-key': 'lambda' }[kind],
      );
      expect(() => clientOf(from(Object.fromEntries(others)), kind)).toThrow(
        'The request carries no identity.',
      );
    },
  );

  it.each(['iam', 'jwt', 'api-key'] as const)(
    'is nobody with auth=%s where none has, whatever the headers say',
    (kind) => {
      const event = httpEvent('POST /api/tasks', {
        userArn: null,
        headers: { 'x-user-arn': 'arn:aws:iam::123456789012:user/alice', authorization: 'Bearer alice' },
      });
      expect(() => clientOf(event, kind)).toThrow('The request carries no identity.');
    },
  );
});
