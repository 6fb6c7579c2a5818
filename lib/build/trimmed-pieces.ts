const SMITHY = '@smithy/core/dist-es/submodules';
const AWS = '@aws-sdk/core/dist-es/submodules';

/** Modules of the AWS SDK, by the ends of their paths, and what stands in the bundles instead. */
export const TRIMMED_PIECES: Readonly<Record<string, string>> = {
  // No operation in use streams events.
  [`${SMITHY}/event-streams/index.js`]: `
    ${throwing('EventStreamSerde')}
    ${throwing('eventStreamSerdeProvider')}`,
  '@smithy/signature-v4/dist-es/HeaderFormatter.js': `
    export class HeaderFormatter { ${throwing('format').replace('export function', '')} }`,
  // Ledgers of endpoints that a service hands out; DynamoDB's client makes one and never asks it.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js': 'export class EndpointCache {}',
  // Stand-ins for a Node without its crypto module.
  [`${SMITHY}/checksum/sha256/Sha256Js.js`]: throwing('Sha256Js'),
  [`${SMITHY}/checksum/md5/Md5Js.js`]: throwing('Md5Js'),
  [`${SMITHY}/checksum/crc32/Crc32Js.js`]: throwing('Crc32Js'),
  // For AWS_RETRY_MODE=adaptive, which no function sets.
  [`${SMITHY}/retry/util-retry/DefaultRateLimiter.js`]: throwing('DefaultRateLimiter'),
  [`${SMITHY}/retry/util-retry/AdaptiveRetryStrategy.js`]: throwing('AdaptiveRetryStrategy'),
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
  // Which regions there are, for endpoints (regional-endpoint.ts has what is needed of it) and a prefix of the user agent.
  [`${AWS}/client/util-endpoints/aws.js`]: 'export const awsEndpointFunctions = {};',
  [`${AWS}/client/util-endpoints/lib/aws/partition.js`]: `
    ${throwing('partition')}
    ${throwing('setPartitionInfo')}
    ${throwing('useDefaultPartitionInfo')}
    export const getUserAgentPrefix = () => '';`,
  // The runtime is the template's to choose.
  [`${AWS}/client/emitWarningIfUnsupportedVersion.js`]: `
    export const state = {};
    export const emitWarningIfUnsupportedVersion = () => {};`,
  // No client is given a logger.
  [`${AWS}/client/middleware-logger/loggerMiddleware.js`]: `
    ${throwing('loggerMiddleware')}
    export const loggerMiddlewareOptions = {};
    export const getLoggerPlugin = () => ({ applyToStack() {} });`,
  // These ask by Node's own classes, and to name those is to load them: web streams alone take 4 ms of a cold start.
  [`${SMITHY}/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js`]: `
    export const isStreamingPayload = ({ body } = {}) =>
      typeof body?.pipe === 'function' || typeof body?.getReader === 'function';`,
  [`${SMITHY}/serde/util-stream/stream-type-check.js`]: `
    export const isReadableStream = (stream) => typeof stream?.getReader === 'function';
    export const isBlob = (blob) => typeof blob?.arrayBuffer === 'function' && typeof blob.stream === 'function';`,
};

function throwing(name: string): string {
  return `export function ${name}() { throw new Error('${name} is left out of this bundle, see lib/trimmed-pieces.ts'); }`;
}
