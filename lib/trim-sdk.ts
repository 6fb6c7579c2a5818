import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Loader, Plugin } from 'esbuild';

/**
 * Leaves out of the bundles what the AWS SDK brings along and a Lambda function does not use; together a third
 * of a bundle. A piece whose absence could be noticed throws when it is used, naming itself, and esbuild fails
 * the build when an SDK release wants anything else of it than is given here.
 */
export const trimSdk: Plugin = {
  name: 'trim-sdk',
  setup(build) {
    // The default chain tries environment, profiles, SSO, web identity and instance metadata in turn (130 KB).
    // Lambda hands a function its role's credentials in the environment, always.
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: join(import.meta.dirname, 'environment-credentials.ts'),
    }));

    // Only its version is read, for the user agent; the rest is dependencies and scripts.
    build.onLoad({ filter: /client-[a-z-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });

    for (const [module, contents] of Object.entries(REPLACED)) {
      const filter = new RegExp(`${module.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
      build.onLoad({ filter }, () => ({ contents, loader: 'js' satisfies Loader }));
    }
  },
};

const SMITHY = '@smithy/core/dist-es/submodules';

const REPLACED: Readonly<Record<string, string>> = {
  // No operation in use streams events.
  [`${SMITHY}/event-streams/index.js`]: `
    ${throwing('EventStreamSerde')}
    ${throwing('eventStreamSerdeProvider')}`,
  // Ledgers of endpoints that a service hands out; DynamoDB's client makes one and never asks it.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js': 'export class EndpointCache {}',
  // Stand-ins for a Node without its crypto module.
  [`${SMITHY}/checksum/sha256/Sha256Js.js`]: throwing('Sha256Js'),
  [`${SMITHY}/checksum/md5/Md5Js.js`]: throwing('Md5Js'),
  [`${SMITHY}/checksum/crc32/Crc32Js.js`]: throwing('Crc32Js'),
  // For AWS_RETRY_MODE=adaptive, which no function sets.
  [`${SMITHY}/retry/util-retry/DefaultRateLimiter.js`]: throwing('DefaultRateLimiter'),
  // EC2's way to find the region; Lambda has it in the environment.
  [`${SMITHY}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`]:
    throwing('getInstanceMetadataRegion'),
  // ~/.aws/config and credentials: Lambda has none, and a developer's must not leak into a local run.
  [`${SMITHY}/config/shared-ini-file-loader/loadSharedConfigFiles.js`]: `
    export { CONFIG_PREFIX_SEPARATOR } from './constants';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
};

function throwing(name: string): string {
  return `export function ${name}() { throw new Error('${name} is left out of this bundle, see lib/trim-sdk.ts'); }`;
}
