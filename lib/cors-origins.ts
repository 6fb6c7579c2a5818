import { SETTINGS } from '../lambda/contract/settings.ts';
import { SettingError } from './setting-error.ts';

const MAX_ORIGINS = 20;

const ALLOWED = `1 to ${MAX_ORIGINS} origins such as https://app.example.com, without a path (http for localhost only), or * alone`;

/**
 * Checks the origins whose pages may call the API.
 *
 * @throws SettingError at the first that is not an origin
 */
export function corsOrigins(given: readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (given.length < 1 || given.length > MAX_ORIGINS) throw refused(`${given.length} origins`);
  if (given.includes('*') && given.length > 1) throw refused(given.join(','));
  for (const origin of given) if (origin !== '*' && !isOrigin(origin)) throw refused(origin);
  return given;
}

/**
 * As a browser sends it: scheme, host and port, in lower case, without the scheme's own port. A pattern is not an
 * origin: API Gateway would take `https://*.example.com`, and match no page.
 */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.origin !== text || text.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost');
}

function refused(given: string): SettingError {
  return SettingError.refused('corsOrigins', given, ALLOWED, SETTINGS.corsOrigins.example);
}
