import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/pipeline.ts';
import { synthesizePresent, TEST_SETTINGS } from '../support/synthesize-present.ts';
import { expectedSignature, startCollectingReceiver } from './collecting-receiver.ts';
import { loadCase } from './load-case.ts';
import { readRelease, recordedVersions } from './recorded-release.ts';
import { type RunningStack, startOnEmptyState } from './running-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'upgrade-with-keys-'));
let running: RunningStack | undefined;
beforeAll(() => synthesizePresent(folder, { ...TEST_SETTINGS, auth: 'api-key' }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe.each(recordedVersions())('an upgrade from %s with auth=api-key', (version) => {
  const release = readRelease(version);

  it('lets in the keys of that release, and calls their client back', async () => {
    const { cases, master_secret, signing_secrets, api_keys = {} } = release.state('api-key');
    const receiver = await startCollectingReceiver();
    try {
      running = await startOnEmptyState(folder, release.resources['api-key']);
      const { stack, clients } = running;
      await clients.setMasterSecret(master_secret);
      const loading = {
        receiver: receiver.host,
        hangingReceiver: receiver.host,
        nowMs: Date.now(),
        ageMs: 0,
        messagesAtOnce: false,
      };
      for (const recorded of Object.values(cases)) await loadCase(recorded, clients, loading);
      const taskId = cases.accepted?.task_ids[0] ?? '';
      const get = async (key: string, path: string) => {
        const headers = { authorization: `Bearer ${api_keys[key]}` };
        const response = await fetch(`${stack.url}${path}`, { headers });
        return { status: response.status, body: await response.json() };
      };

      expect((await get('lasting', '/api/health')).status).toBe(200);
      expect((await get('expiring', '/api/health')).status).toBe(200);
      expect((await get('expired', '/api/health')).status).toBe(403);
      expect((await get('revoked', '/api/health')).status).toBe(403);
      await eventually(async () => {
        expect((await get('expiring', `/api/tasks/${taskId}`)).body).toMatchObject({ status: 'delivered' });
      });
      const secret = signing_secrets['api-key:billing'] ?? '';
      expect(receiver.callbacks).toHaveLength(1);
      for (const callback of receiver.callbacks) {
        expect(callback.headers['webhook-id']).toBe(taskId);
        expect(callback.headers['webhook-signature']).toBe(expectedSignature(callback, secret));
      }
    } finally {
      await receiver.close();
    }
  });
});
