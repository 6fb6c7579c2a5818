import { describe, expect, it } from 'vitest';
import { callbackRules } from '../../../lambda/callback/rules.ts';
import { settingsFrom } from '../../../lambda/settings.ts';

const rulesOf = (variables: Record<string, string>) => callbackRules(settingsFrom(variables));

describe('which receivers a deployment calls', () => {
  it('is any public one but itself, where nothing is set', () => {
    expect(rulesOf({ API_URL: 'https://A1b2.execute-api.eu-central-1.amazonaws.com' })).toEqual({
      allowedCidrs: [],
      allowedHosts: [],
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

  it.each(['http://127.0.0.1:7071', 'http://[::1]:7071'])(
    'may be at the address of the own API, as on a local stack: %s',
    (API_URL) => {
      expect(rulesOf({ API_URL })).not.toHaveProperty('ownHost', expect.anything());
    },
  );
});
