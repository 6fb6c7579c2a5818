import { describe, expect, it } from 'vitest';
import { callbackRules } from '../../../lambda/callback/rules.ts';
import { settingsFrom } from '../../../lambda/settings.ts';

const rulesOf = (variables: Record<string, string>) => callbackRules(settingsFrom(variables));

describe('which receivers a deployment calls', () => {
  it('is any public one but itself, where nothing is set but that any may be called', () => {
    expect(
      rulesOf({
        API_URL: 'https://A1b2.execute-api.eu-central-1.amazonaws.com',
        ALLOWED_CALLBACK_HOSTS: '*',
      }),
    ).toEqual({
      allowedCidrs: [],
      allowedHosts: 'any',
      ownHost: 'a1b2.execute-api.eu-central-1.amazonaws.com',
    });
  });

  it('is what the stack has set', () => {
    expect(
      rulesOf({
        API_URL: 'https://api.example.com.',
        ALLOWED_CALLBACK_CIDRS: '10.0.0.0/8,fd00::/8',
        ALLOWED_CALLBACK_HOSTS: 'hooks.example.com,*.example.org',
      }),
    ).toEqual({
      allowedCidrs: ['10.0.0.0/8', 'fd00::/8'],
      allowedHosts: ['hooks.example.com', '*.example.org'],
      ownHost: 'api.example.com',
    });
  });

  it.each([{}, { ALLOWED_CALLBACK_HOSTS: '' }])(
    'is not any for want of the variable that says which: %o',
    (variables: Record<string, string>) => {
      expect(() => rulesOf({ API_URL: 'https://api.example.com', ...variables })).toThrow(
        'the environment variable ALLOWED_CALLBACK_HOSTS is not set',
      );
    },
  );

  it('is none, where a list names none', () => {
    const { allowedHosts } = rulesOf({ API_URL: 'https://api.example.com', ALLOWED_CALLBACK_HOSTS: ',' });
    expect(allowedHosts).toEqual([]);
  });

  it.each(['http://127.0.0.1:7071', 'http://[::1]:7071'])(
    'may be at the address of the own API, as on a local stack: %s',
    (API_URL) => {
      expect(rulesOf({ API_URL, ALLOWED_CALLBACK_HOSTS: '*' })).not.toHaveProperty(
        'ownHost',
        expect.anything(),
      );
    },
  );
});
