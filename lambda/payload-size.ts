/**
 * The largest input or result, as JSON, in bytes; what brings one may not be larger either. With its keys it must fit a
 * DynamoDB item, and a result must fit a callback's body.
 */
export const MAX_PAYLOAD_BYTES = 256 * 1024;
