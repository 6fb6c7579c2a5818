import { expect, it } from 'vitest';
import { lambdaNodeOptions } from '../../../bench/soak/lambda-options.ts';

it('gives Node what Lambda gives it in a function of 256 MB', () => {
  expect(lambdaNodeOptions(256)).toEqual([
    '--expose-gc',
    '--max-http-header-size=81920',
    '--max-semi-space-size=12',
    '--max-old-space-size=231',
  ]);
});
