import { describe, expect, it } from 'vitest';
import { type Check, hasFailed, report } from '../../../ops/doctor/check.ts';

const region: Check = { name: 'region', status: 'ok', finding: 'eu-central-1' };
const bootstrap: Check = {
  name: 'bootstrap',
  status: 'failed',
  finding: 'its version is 5; 6 or later is needed',
  next: ['npx cdk bootstrap aws://123456789012/eu-central-1'],
};
const stack: Check = { name: 'stack', status: 'skipped', finding: 'cannot be asked without credentials' };

describe('the report', () => {
  it('tells each check in a line, and below it what to do', () => {
    expect(report(['Jobs'], [region, bootstrap, stack])).toBe(
      [
        'Before npx cdk deploy of Jobs:',
        '',
        '  ok       region     eu-central-1',
        '  failed   bootstrap  its version is 5; 6 or later is needed',
        '                      → npx cdk bootstrap aws://123456789012/eu-central-1',
        '  skipped  stack      cannot be asked without credentials',
        '',
        '1 ok, 1 failed, 1 skipped. Fix what failed first.',
      ].join('\n'),
    );
  });

  it('has a section for each of several pipelines', () => {
    const checks = [
      region,
      { ...bootstrap, pipeline: 'Shop/Callbacks' },
      { ...stack, pipeline: 'Billing/Callbacks' },
    ];

    expect(report(['Shop', 'Billing'], checks)).toBe(
      [
        'Before npx cdk deploy of Shop, Billing:',
        '',
        '  ok       region     eu-central-1',
        '',
        'Shop/Callbacks:',
        '  failed   bootstrap  its version is 5; 6 or later is needed',
        '                      → npx cdk bootstrap aws://123456789012/eu-central-1',
        '',
        'Billing/Callbacks:',
        '  skipped  stack      cannot be asked without credentials',
        '',
        '1 ok, 1 failed, 1 skipped. Fix what failed first.',
      ].join('\n'),
    );
  });

  it('shows the lines of a finding below each other, and no control characters', () => {
    const tasks: Check = {
      name: 'tasks',
      status: 'failed',
      finding: 'tasks/a.ts: wrong\ntasks/b.ts: \u001b[31mwrong',
      next: ['rename \u001b[2J'],
    };

    expect(report(['Jobs'], [tasks]).split('\n').slice(2, 5)).toEqual([
      '  failed   tasks  tasks/a.ts: wrong',
      '                  tasks/b.ts: �[31mwrong',
      '                  → rename �[2J',
    ]);
  });

  it('does not call well what it did not see', () => {
    expect(report(['Jobs'], [region, stack])).toMatch(
      /\n1 ok, 1 skipped\. What was skipped is not known to be well\.$/,
    );
    expect(report(['Jobs'], [region])).toMatch(/\n1 ok\. Nothing stands in the way: npx cdk deploy\.$/);
  });

  it('is a failure where one check failed', () => {
    expect(hasFailed([region, stack, { ...region, status: 'warning' }])).toBe(false);
    expect(hasFailed([region, bootstrap])).toBe(true);
  });
});
