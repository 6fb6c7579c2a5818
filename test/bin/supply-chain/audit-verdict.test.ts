import { describe, expect, test } from 'vitest';
import { auditVerdict } from '../../../bin/supply-chain/audit-verdict.ts';

const DEPLOYED = new Set(['node_modules/zod', 'node_modules/a/node_modules/b']);

const report = (vulnerabilities: object) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} });

describe('an audit', () => {
  test('that finds nothing', () => {
    expect(auditVerdict(report({}), DEPLOYED)).toEqual({ kind: 'ran', vulnerable: [] });
  });

  test('tells what is in a bundle from what is a tool', () => {
    const found = {
      zod: { name: 'zod', severity: 'high', nodes: ['node_modules/zod'] },
      b: { name: 'b', severity: 'low', nodes: ['node_modules/b', 'node_modules/a/node_modules/b'] },
      vitest: { name: 'vitest', severity: 'critical', nodes: ['node_modules/vitest'] },
    };

    expect(auditVerdict(report(found), DEPLOYED)).toEqual({
      kind: 'ran',
      vulnerable: [
        { name: 'zod', severity: 'high', deployed: true },
        { name: 'b', severity: 'low', deployed: true },
        { name: 'vitest', severity: 'critical', deployed: false },
      ],
    });
  });

  test('that the registry refuses did not run, and is not taken for a clean one', () => {
    const refused = JSON.stringify({ message: '405 Method Not Allowed - POST https://registry.npmjs.org/…' });

    expect(auditVerdict(refused, DEPLOYED)).toEqual({
      kind: 'not-run',
      why: '405 Method Not Allowed - POST https://registry.npmjs.org/…',
    });
  });

  test.each([
    ['', 'npm audit gave no answer'],
    ['npm error code ENOTFOUND', 'npm error code ENOTFOUND'],
    ['{"error":{"summary":"no lock file"}}', 'no lock file'],
    ['{}', 'npm audit gave no report'],
  ])('that answers %j did not run either', (output, why) => {
    expect(auditVerdict(output, DEPLOYED)).toEqual({ kind: 'not-run', why });
  });
});
