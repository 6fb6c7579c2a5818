import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles: credentials are in the environment. They are
 * read once, for Lambda sets them for as long as a process lives; the SDK else reads six variables anew for each call.
 */
export function defaultProvider(init?: Parameters<typeof fromEnv>[0]): ReturnType<typeof fromEnv> {
  let read: ReturnType<ReturnType<typeof fromEnv>> | undefined;
  return () => {
    read ??= fromEnv(init)();
    return read;
  };
}
