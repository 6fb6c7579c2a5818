import { describe, expect, it } from 'vitest';
import { type DefinitionRules, refusedDefinitions } from '../../../lib/build/check-definitions.ts';
import type { TaskSummary } from '../../../lib/build/task-summary.ts';

const task = (options: Partial<TaskSummary>): TaskSummary => ({
  name: 'greet',
  aliases: [],
  file: '/app/tasks/greet.ts',
  external: false,
  ...options,
});

const RULES: DefinitionRules = {
  maxTimeoutSeconds: 6,
  timeoutSettings: 'runTimeout=60s and runBatchSize=10',
  callbacks: { allowedCidrs: [], allowedHosts: ['hooks.example.com'] },
};

const refused = (options: Partial<TaskSummary>, rules: Partial<DefinitionRules> = {}) =>
  refusedDefinitions([task(options)], { ...RULES, ...rules });

describe('a definition that the deployment would refuse', () => {
  it('has a timeout beyond the limit', () => {
    expect(refused({ timeoutSeconds: 7 })).toEqual([
      '/app/tasks/greet.ts: timeout is 7s; at most 6s are allowed with runTimeout=60s and runBatchSize=10. Raise runTimeout, or shorten the timeout.',
    ]);
    expect(refused({ timeoutSeconds: 6 })).toEqual([]);
    expect(refused({ timeoutSeconds: 86_400, external: true })).toEqual([]);
  });

  it.each([
    ['http://hooks.example.com/', 'must use https'],
    ['https://hooks.example.com:9443/', 'names port 9443; 443 and 8443 are allowed'],
    [
      'https://other.example.com/',
      'names the host other.example.com, which is not among those that this deployment allows',
    ],
  ])('calls back to %s', (callbackUrl, reason) => {
    expect(refused({ callbackUrl })).toEqual([
      `/app/tasks/greet.ts: callbackUrl ${reason}. Change the URL, or the settings allowedCallbackHosts and allowedCallbackCidrs.`,
    ]);
  });

  it('may call back to whatever the settings allow', () => {
    expect(refused({ callbackUrl: 'https://hooks.example.com/done' })).toEqual([]);
    expect(
      refused(
        { callbackUrl: 'http://127.0.0.1:9000/done' },
        { callbacks: { allowedCidrs: ['127.0.0.0/8'], allowedHosts: 'any' } },
      ),
    ).toEqual([]);
  });
});
