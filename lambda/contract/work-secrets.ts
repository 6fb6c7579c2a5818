/** The variable `WORK_SECRET_<name>` of the run function holds the ARN of the secret that work reads by this name. */
export const WORK_SECRET_PREFIX = 'WORK_SECRET_';
