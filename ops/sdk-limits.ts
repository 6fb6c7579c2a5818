/**
 * How long an operator's command waits for AWS, to be spread into the options of an SDK client. Without it a connection
 * that has gone silent is waited for without end, as the SDK's default is. Each call is tried up to three times.
 */
export const requestLimits = {
  requestHandler: {
    connectionTimeout: 3_000,
    // From the sent request to the whole answer's headers. A long poll of the dead-letter queue takes 1 s of it.
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
} as const;
