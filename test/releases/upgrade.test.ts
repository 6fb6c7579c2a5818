import { afterEach, describe, expect, inject, it } from 'vitest';
import { expectedSignature } from './collecting-receiver.ts';
import { finishCases } from './finish-cases.ts';
import { readRelease, recordedVersions } from './recorded-release.ts';
import { type RunningStack, startOnEmptyState } from './running-stack.ts';

let running: RunningStack | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe.each(recordedVersions())('an upgrade from %s', (version) => {
  const release = readRelease(version);

  it('finishes every task of that release: each callback that is owed arrives once', async () => {
    const { cases, master_secret, signing_secrets } = release.state('default');
    running = await startOnEmptyState(inject('assemblyDirectory'), release.resources.default);
    await running.clients.setMasterSecret(master_secret);

    const { callbacks } = await finishCases(cases, running);

    const secret = signing_secrets['arn:aws:iam::000000000000:user/local'] ?? '';
    for (const callback of callbacks) {
      expect(callback.headers['webhook-signature']).toBe(expectedSignature(callback, secret));
    }
    expect(running.log.filter((line) => line.includes('MalformedMessageError'))).toEqual([]);
  });
});
