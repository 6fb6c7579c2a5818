import { App, Lazy, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { authSettings } from '../../lib/auth-settings.ts';
import { SettingError } from '../../lib/setting-error.ts';

const ISSUER = 'https://login.example.com/tenant';

describe('who vouches for clients', () => {
  test('is AWS, unless another is asked for', () => {
    expect(authSettings({})).toEqual({ kind: 'iam' });
    expect(authSettings({ auth: 'iam' })).toEqual({ kind: 'iam' });
    expect(authSettings({ auth: 'api-key' })).toEqual({ kind: 'api-key' });
  });

  test.each([
    ISSUER,
    'https://a.eu.auth0.com/',
    'https://login.example.com:8443/realms/x',
    `https://a.example/${'x'.repeat(494)}`,
  ])('is the issuer %s', (jwtIssuer) => {
    expect(authSettings({ auth: 'jwt', jwtIssuer, jwtAudience: ['tasks'] })).toEqual({
      kind: 'jwt',
      issuer: jwtIssuer,
      audience: ['tasks'],
    });
  });

  test('may be a user pool of the same app, whose names only CloudFormation knows', () => {
    const stack = new Stack(new App(), 'Stack');
    const later = Lazy.string({ produce: () => stack.region });

    expect(authSettings({ auth: 'jwt', jwtIssuer: later, jwtAudience: [later] })).toEqual({
      kind: 'jwt',
      issuer: later,
      audience: [later],
    });
  });

  test.each<[string, Parameters<typeof authSettings>[0]]>([
    [
      'jwtIssuer: is needed with auth=jwt; give the URL of who makes the tokens, for example jwtIssuer=https://login.example.com/tenant',
      { auth: 'jwt' },
    ],
    [
      'jwtAudience: is needed with auth=jwt; give whom tokens must be made for, since those made for other services must not do, for example jwtAudience=callback-completion',
      { auth: 'jwt', jwtIssuer: ISSUER },
    ],
    ['jwtAudience: is needed with auth=jwt', { auth: 'jwt', jwtIssuer: ISSUER, jwtAudience: [] }],
    [
      'jwtIssuer: got "https://login.example.com/tenant", which has no effect with auth=iam; give auth=jwt too, or leave jwtIssuer out',
      { jwtIssuer: ISSUER },
    ],
    [
      'jwtAudience: got ["tasks"], which has no effect with auth=api-key; give auth=jwt too, or leave jwtAudience out',
      { auth: 'api-key', jwtAudience: ['tasks'] },
    ],
    ['auth: got "none"; allowed is one of iam, jwt, api-key', { auth: 'none' as 'iam' }],
  ])('%s', (message, props) => {
    expect(() => authSettings(props)).toThrow(SettingError);
    expect(() => authSettings(props)).toThrow(message);
  });

  test.each([
    'http://login.example.com',
    'login.example.com',
    'https://',
    'https://user@login.example.com',
    'https://login.example.com/?tenant=1',
    'https://login.example.com/#x',
    'https://login.example.com/ ',
    'https://login.example.com\\x',
    'https://lögin.example.com',
    `https://a.example/${'x'.repeat(495)}`,
    '',
  ])('refuses the issuer %j', (jwtIssuer) => {
    expect(() => authSettings({ auth: 'jwt', jwtIssuer, jwtAudience: ['tasks'] })).toThrow(
      `jwtIssuer: got ${JSON.stringify(jwtIssuer)}; allowed is the iss claim of its tokens: an https URL without query and fragment, of up to 512 characters`,
    );
  });

  test.each([[''], ['a b'], ['tasks', 'x'.repeat(256)]])('refuses the audience %j', (...jwtAudience) => {
    expect(() => authSettings({ auth: 'jwt', jwtIssuer: ISSUER, jwtAudience })).toThrow(
      'allowed is 1 to 50 values of the aud claim, of up to 255 printable characters each',
    );
  });

  test('refuses more audiences than API Gateway would take', () => {
    const jwtAudience = Array.from({ length: 51 }, (_, index) => `a${index}`);
    expect(() => authSettings({ auth: 'jwt', jwtIssuer: ISSUER, jwtAudience })).toThrow('got "51 values"');
  });
});
