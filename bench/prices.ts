/** When these were looked up. */
export const PRICES_OF = '2026-11-21';

/**
 * US dollars for one: list prices of us-east-1 of the first tier, without the free tier, taxes and discounts. From the
 * pricing pages of Amazon API Gateway, SQS, DynamoDB (on demand), Lambda (arm64), CloudWatch Logs and EC2 (data out).
 */
export const PRICES = {
  httpApiRequest: 1 / 1e6,
  sqsRequest: 0.4 / 1e6,
  /**
   * In addition, where messages carry a group (fair queues). Every request to such a queue is taken for one of these.
   */
  sqsGroupSurcharge: 0.1 / 1e6,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.000_013_333_4,
  logByte: 0.5 / 1e9,
  /** To the internet, after the first 100 GB a month, which are free for every account. */
  byteOut: 0.09 / 1e9,
} as const;

/** What a message costs at QStash (Upstash), pay as you go: 1 dollar for 100,000. */
export const QSTASH_MESSAGE = 1 / 100_000;
