import { describe, expect, it } from 'vitest';
import { judgeBootstrap, judgeConcurrency, judgeRuntime } from '../../../ops/doctor/judge.ts';
import { DEPLOYMENT } from './deployment-fixture.ts';

const place = { account: '123456789012', region: 'eu-central-1' };

describe('the bootstrap stack', () => {
  it.each([
    ['6', 'ok'],
    ['28', 'ok'],
    ['5', 'failed'],
    ['soon', 'failed'],
    [undefined, 'failed'],
  ])('of version %s is %s', (version, status) => {
    const check = judgeBootstrap(version, DEPLOYMENT, place);
    expect(check.status).toBe(status);
    if (status === 'failed')
      expect(check.next).toEqual(['npx cdk bootstrap aws://123456789012/eu-central-1']);
  });
});

describe('the runtime', () => {
  it('is known or not; of the processor AWS tells nothing, and neither does the check', () => {
    expect(judgeRuntime(false, DEPLOYMENT, place)).toMatchObject({
      status: 'failed',
      finding: 'Lambda in eu-central-1 does not know nodejs24.x',
    });
    expect(judgeRuntime(true, DEPLOYMENT, place)).toMatchObject({
      status: 'ok',
      finding: 'Lambda in eu-central-1 knows nodejs24.x; whether with arm64, only the deployment tells',
    });
  });
});

describe('the quota of concurrent executions', () => {
  it('is enough where both stages at full work leave something to the API', () => {
    expect(judgeConcurrency({ total: 1_000, unreserved: 1_000 }, [DEPLOYMENT], place)).toEqual({
      name: 'concurrency',
      status: 'ok',
      finding:
        '1000 of 1000 invocations at once are free to use in eu-central-1; run and deliver take up to 30 (10 + 20)',
    });
    expect(judgeConcurrency({ total: 1_000, unreserved: 34 }, [DEPLOYMENT], place).status).toBe('ok');
  });

  it('is short where they leave little, and too small where they leave none', () => {
    expect(judgeConcurrency({ total: 1_000, unreserved: 33 }, [DEPLOYMENT], place).status).toBe('warning');
    expect(judgeConcurrency({ total: 1_000, unreserved: 31 }, [DEPLOYMENT], place).status).toBe('warning');
    expect(judgeConcurrency({ total: 1_000, unreserved: 30 }, [DEPLOYMENT], place).status).toBe('failed');
  });

  it('of a new account is met with smaller settings, which are told, or with a larger quota', () => {
    const { next = [] } = judgeConcurrency({ total: 10, unreserved: 10 }, [DEPLOYMENT], place);

    expect(next[0]).toBe(
      'Give the pipeline runConcurrency: 2 and deliverConcurrency: 4; in a clone, -c runConcurrency=2 -c deliverConcurrency=4',
    );
    expect(next[1]).toContain('--quota-code L-B99A9384');
    const fitted = { ...DEPLOYMENT, runConcurrency: 2, deliverConcurrency: 4 };
    expect(judgeConcurrency({ total: 10, unreserved: 10 }, [fitted], place).status).toBe('ok');
  });

  it('is shared by all pipelines', () => {
    const two = [
      { ...DEPLOYMENT, name: 'Shop/Callbacks' },
      { ...DEPLOYMENT, name: 'Shop/Reports', runConcurrency: 20 },
    ];

    expect(judgeConcurrency({ total: 100, unreserved: 75 }, two, place)).toMatchObject({
      status: 'warning',
      finding:
        '75 of 100 invocations at once are free to use in eu-central-1; run and deliver of 2 pipelines take up to 70 (Shop/Callbacks 10 + 20; Shop/Reports 20 + 20), which leaves little to the API',
      next: [
        'Give each pipeline runConcurrency: 11 and deliverConcurrency: 22; in a clone, -c runConcurrency=11 -c deliverConcurrency=22',
        expect.any(String),
      ],
    });
    expect(judgeConcurrency({ total: 100, unreserved: 78 }, two, place).status).toBe('ok');
  });

  it('that no settings fit is not met with settings', () => {
    const { next = [] } = judgeConcurrency({ total: 10, unreserved: 7 }, [DEPLOYMENT], place);
    expect(next).toEqual([expect.stringContaining('request-service-quota-increase')]);
  });
});
