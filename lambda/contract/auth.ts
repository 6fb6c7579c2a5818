/**
 * Who authenticates a client: AWS (requests signed with Signature Version 4), an issuer of JSON Web Tokens, or the
 * keys that the deployment's operators make.
 */
export const AUTH_KINDS = ['iam', 'jwt', 'api-key'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** How long API Gateway caches an answer about a key, in seconds: a revoked key may work for that long. */
export const API_KEY_REMEMBERED_SECONDS = 60;
