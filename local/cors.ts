/** An HTTP API's CorsConfiguration. */
export interface CorsSettings {
  /** `https://app.example.com`, `*`, `https://*` or `http://*`. */
  readonly allowOrigins: readonly string[];
  /** `*` allows all. */
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** How long a browser may keep the answer to a preflight request, in seconds; undefined: not stated. */
  readonly maxAgeSeconds: number | undefined;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Returns the headers of the answer to a preflight request. There are none unless the request has an allowed origin and
 * asks for an allowed method.
 */
export function preflightHeaders(
  cors: CorsSettings,
  origin: string | undefined,
  requestedMethod: string | undefined,
): Headers {
  const { allowMethods, allowHeaders, maxAgeSeconds } = cors;
  const isAllowed =
    requestedMethod !== undefined && (allowMethods.includes('*') || allowMethods.includes(requestedMethod));
  const originHeaders = allowedOriginHeaders(cors, origin);
  if (!isAllowed || originHeaders === undefined) return {};
  return {
    ...originHeaders,
    'access-control-allow-methods': allowMethods.join(','),
    ...(allowHeaders.length > 0 && { 'access-control-allow-headers': allowHeaders.join(',') }),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  };
}

/** Returns the headers that let the page which sent a request read the answer. There are none for other origins. */
export function answerHeaders(cors: CorsSettings, origin: string | undefined): Headers {
  const originHeaders = allowedOriginHeaders(cors, origin);
  if (originHeaders === undefined) return {};
  const { exposeHeaders } = cors;
  return {
    ...originHeaders,
    ...(exposeHeaders.length > 0 && { 'access-control-expose-headers': exposeHeaders.join(',') }),
  };
}

function allowedOriginHeaders(cors: CorsSettings, origin: string | undefined): Headers | undefined {
  if (origin === undefined) return undefined;
  const credentials = cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {};
  if (cors.allowOrigins.includes('*')) return { 'access-control-allow-origin': '*', ...credentials };
  const isAllowed = cors.allowOrigins.some(
    (allowed) => allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))),
  );
  return isAllowed ? { 'access-control-allow-origin': origin, ...credentials, vary: 'Origin' } : undefined;
}
