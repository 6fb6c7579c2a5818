import type { CallbackRules } from '../../lambda/callback/rules.ts';

/** As on AWS, where nothing is set. */
export const PUBLIC_ONLY: CallbackRules = {
  allowedCidrs: [],
  allowedHosts: 'any',
  ownHost: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
};

/** As on a developer's machine, whose API has the machine's address. */
export const LOOPBACK: CallbackRules = { allowedCidrs: ['127.0.0.0/8', '::1/128'], allowedHosts: 'any' };
