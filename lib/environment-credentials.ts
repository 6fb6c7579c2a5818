import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Takes the place of `@aws-sdk/credential-provider-node` in the bundles: credentials are in the environment. */
export const defaultProvider = fromEnv;
