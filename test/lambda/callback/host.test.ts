import { describe, expect, it } from 'vitest';
import { callbackHost, callbackOrigin } from '../../../lambda/callback/host.ts';

describe('what of a callback URL may be told', () => {
  it('is its host and port, and its origin', () => {
    const url = 'https://Hooks.Example.com:8443/path?token=secret#part';
    expect([callbackHost(url), callbackOrigin(url)]).toEqual([
      'hooks.example.com:8443',
      'https://hooks.example.com:8443',
    ]);
  });

  it.each(['', 'not a URL', 'file:///etc/passwd'])(
    'is never empty, so that a URL that names no host can die: %j',
    (url) => {
      expect(callbackHost(url)).toBe('no-host');
      expect(callbackOrigin(url)).not.toBe('');
    },
  );
});
