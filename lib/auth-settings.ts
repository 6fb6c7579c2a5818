import { Token } from 'aws-cdk-lib';
import { SETTINGS } from '../lambda/contract/settings.ts';
import type { CallbackCompletionProps } from './callback-completion-props.ts';
import { SettingError } from './setting-error.ts';
import { checkSetting } from './setting-values.ts';

/** How the clients of the API are authenticated, with what that needs. The values have been checked. */
export type AuthSettings =
  | { readonly kind: 'iam' | 'api-key' }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: readonly string[] };

/** With a subject of 255 characters (OpenID Connect's limit) it stays within what an identity may be long. */
const MAX_ISSUER_LENGTH = 512;
const MAX_AUDIENCES = 50;

/** @throws SettingError at the first of the three that cannot be used, or does not go with the others */
export function authSettings(
  props: Pick<CallbackCompletionProps, 'auth' | 'jwtIssuer' | 'jwtAudience'>,
): AuthSettings {
  const { auth: kind = SETTINGS.auth.default, jwtIssuer: issuer, jwtAudience: audience } = props;
  checkSetting('auth', kind);
  if (kind === 'jwt') {
    if (issuer === undefined) {
      throw SettingError.missing(
        'jwtIssuer',
        'auth=jwt',
        'the URL of who makes the tokens',
        SETTINGS.jwtIssuer.example,
      );
    }
    if (audience === undefined || audience.length === 0) {
      const what = 'whom tokens must be made for, since those made for other services must not do';
      throw SettingError.missing('jwtAudience', 'auth=jwt', what, SETTINGS.jwtAudience.example);
    }
    return { kind, issuer: checkedIssuer(issuer), audience: audience.map(checkedAudience(audience)) };
  }
  // It would look as if it guarded something.
  if (issuer !== undefined) throw onlyWithJwt('jwtIssuer', issuer, kind);
  if (audience !== undefined) throw onlyWithJwt('jwtAudience', audience, kind);
  return { kind };
}

/** A token of CDK is taken as it is: that of a user pool in the same app is known to CloudFormation only. */
function checkedIssuer(given: string): string {
  if (Token.isUnresolved(given)) return given;
  const url = /^[\x21-\x7e]+$/.test(given) ? URL.parse(given) : null;
  const isIssuer =
    url?.protocol === 'https:' &&
    `${url.username}${url.password}` === '' &&
    !/[?#\\]/.test(given) &&
    given.length <= MAX_ISSUER_LENGTH;
  if (isIssuer) return given;
  throw SettingError.refused(
    'jwtIssuer',
    given,
    `the iss claim of its tokens: an https URL without query and fragment, of up to ${MAX_ISSUER_LENGTH} characters`,
    SETTINGS.jwtIssuer.example,
  );
}

function checkedAudience(all: readonly string[]): (given: string) => string {
  return (given) => {
    if (all.length <= MAX_AUDIENCES && (Token.isUnresolved(given) || /^[\x21-\x7e]{1,255}$/.test(given))) {
      return given;
    }
    const shown = all.length > MAX_AUDIENCES ? `${all.length} values` : given;
    const allowed = `1 to ${MAX_AUDIENCES} values of the aud claim, of up to 255 printable characters each`;
    throw SettingError.refused('jwtAudience', shown, allowed, SETTINGS.jwtAudience.example);
  };
}

function onlyWithJwt(setting: 'jwtIssuer' | 'jwtAudience', given: unknown, kind: string): SettingError {
  return SettingError.unused(setting, given, 'auth=jwt', `auth=${kind}`);
}
