import { describe, expect, it } from 'vitest';
import { judgeRegion } from '../../../ops/doctor/region.ts';

describe('the region', () => {
  it.each([
    ['is taken from the environment', { AWS_REGION: 'eu-central-1' }, 'eu-central-1', 'ok', 'eu-central-1'],
    ['is taken from the profile', {}, 'eu-west-1', 'ok', 'eu-west-1'],
    [
      'is not the same for all programs',
      { AWS_DEFAULT_REGION: 'eu-central-1' },
      undefined,
      'warning',
      'eu-central-1 for npx cdk deploy, but none for npm run ops and npm run console',
    ],
    [
      'is one that nobody knows',
      { AWS_REGION: 'eu-centrall-1' },
      'eu-centrall-1',
      'warning',
      'eu-centrall-1, of which this version of the CDK does not know: is it spelled right?',
    ],
    [
      'is not left to chance',
      { AWS_REGION: '' },
      undefined,
      'failed',
      'none is set; npx cdk deploy would go to us-east-1 without a word',
    ],
  ])('%s', (_what, environment, ofSdk, status, finding) => {
    expect(judgeRegion(environment, ofSdk)).toMatchObject({ name: 'region', status, finding });
  });
});
