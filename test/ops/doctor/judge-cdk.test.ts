import { describe, expect, it } from 'vitest';
import { judgeCdk } from '../../../ops/doctor/judge-cdk.ts';

describe('the CDK', () => {
  it.each([
    ['2.1148.1', '2.1148.1', 'ok', 'aws-cdk 2.1148.1; npx cdk takes it, a cdk of your own may be another'],
    ['2.1100.0', '2.1148.1', 'warning', 'aws-cdk 2.1100.0 is installed; package.json names 2.1148.1'],
    ['2.1150.0', '^2.1148.1', 'ok', 'aws-cdk 2.1150.0; npx cdk takes it, a cdk of your own may be another'],
    ['2.1150.0', undefined, 'ok', 'aws-cdk 2.1150.0; npx cdk takes it, a cdk of your own may be another'],
    [undefined, '2.1148.1', 'failed', 'aws-cdk is not installed'],
    [
      undefined,
      undefined,
      'warning',
      'package.json does not name aws-cdk; npx cdk downloads the newest, or takes that of your path',
    ],
  ])('%s, if package.json names %s, is %s', (installed, wanted, status, finding) => {
    expect(judgeCdk({ installed, wanted })).toMatchObject({ status, finding });
  });
});
