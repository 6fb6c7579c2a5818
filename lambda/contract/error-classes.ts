/** Why an attempt at a callback got no status line, as far as an operator can use it. */
export const ERROR_CLASSES = [
  'timeout',
  'dns',
  'connection-refused',
  'connection-reset',
  'unreachable',
  'tls',
  'protocol',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** What an attempt without a status line is recorded with. */
export type AttemptError = ErrorClass | 'url-refused';
