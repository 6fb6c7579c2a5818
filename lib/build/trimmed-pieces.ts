const SMITHY = '@smithy/core/dist-es/submodules';

/**
 * Modules of the AWS SDK, by the ends of their paths, and the code that replaces each of them in the bundles. A test
 * checks that each saves at least 1 KiB; the last two save time instead.
 */
export const TRIMMED_PIECES: Readonly<Record<string, string>> = {
  // No operation in use streams events.
  [`${SMITHY}/event-streams/index.js`]: `
    ${throwing('EventStreamSerde')}
    ${throwing('eventStreamSerdeProvider')}`,
  // Writes the headers of streamed events, for their signatures.
  '@smithy/signature-v4/dist-es/HeaderFormatter.js': `
    export class HeaderFormatter { format() { ${throwLeftOut('HeaderFormatter.format')} } }`,
  // Ledgers of endpoints that a service hands out; DynamoDB's client makes one and never asks it.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js': 'export class EndpointCache {}',
  // Stand-ins for a Node without its crypto module.
  [`${SMITHY}/checksum/sha256/Sha256Js.js`]: throwing('Sha256Js'),
  [`${SMITHY}/checksum/md5/Md5Js.js`]: throwing('Md5Js'),
  // EC2's way to find the region; Lambda has it in the environment.
  [`${SMITHY}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`]:
    throwing('getInstanceMetadataRegion'),
  // ~/.aws/config and credentials: Lambda has none, and a developer's must not leak into a local run.
  [`${SMITHY}/config/shared-ini-file-loader/loadSharedConfigFiles.js`]: `
    export { CONFIG_PREFIX_SEPARATOR } from './constants';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  // Ways to write a time. In the JSON of the services in use it is a number of seconds.
  [`${SMITHY}/serde/date-utils.js`]: `
    ${throwing('dateToUtcString')}
    ${throwing('parseRfc3339DateTime')}
    ${throwing('parseRfc3339DateTimeWithOffset')}
    ${throwing('parseRfc7231DateTime')}
    export const parseEpochTimestamp = (seconds) =>
      seconds == null ? undefined : new Date(Math.round(Number(seconds) * 1_000));`,
  // The SDK's versions name Node's ReadableStream and Blob. To name them loads Node's web streams, which takes
  // 0.3 ms of each cold start: as much as 2 KiB of code.
  [`${SMITHY}/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js`]: `
    export const isStreamingPayload = ({ body } = {}) =>
      typeof body?.pipe === 'function' || typeof body?.getReader === 'function';`,
  [`${SMITHY}/serde/util-stream/stream-type-check.js`]: `
    export const isReadableStream = (stream) => typeof stream?.getReader === 'function';
    export const isBlob = (blob) => typeof blob?.arrayBuffer === 'function' && typeof blob.stream === 'function';`,
};

function throwing(name: string): string {
  return `export function ${name}() { ${throwLeftOut(name)} }`;
}

function throwLeftOut(name: string): string {
  return `throw new Error('${name} is left out of this bundle, see docs/decisions/0010-a-trimmed-sdk.md');`;
}
