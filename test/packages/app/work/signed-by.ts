import type { SeenRequest } from './loopback-server.ts';

/** The scheme and the service of a signed AWS request: `AWS4-HMAC-SHA256 s3`. Undefined if it is not signed. */
export function signedBy({ headers: { authorization = '' } }: SeenRequest): string | undefined {
  const match = /^(AWS4-HMAC-SHA256) Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request, /.exec(
    authorization,
  );
  return match === null ? undefined : `${match[1]} ${match[2]}`;
}
