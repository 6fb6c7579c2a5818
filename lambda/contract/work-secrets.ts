/**
 * Prefix of the run function's environment variables that name a secret of the work: `WORK_SECRET_VENDOR_KEY` holds the
 * ARN of the secret that tasks read as `VENDOR_KEY`.
 */
export const WORK_SECRET_PREFIX = 'WORK_SECRET_';
