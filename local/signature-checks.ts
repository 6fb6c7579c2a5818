/** Checks a callback as its receiver should. Pure. */
import type { SignatureCheck } from '../console/api-types.ts';
import { beamSignature, standardWebhooksSignature } from '../lambda/callback/signature.ts';
import { equalInConstantTime } from '../lambda/equal.ts';

/** How far a callback's timestamp may be from the clock: Standard Webhooks' usual five minutes. */
const TIMESTAMP_TOLERANCE_SECONDS = 300;

type Headers = Readonly<Record<string, string>>;

/**
 * Each of the two signatures of a callback, and whether it was made of late.
 *
 * @param headers names in lower case
 * @param body exactly the bytes that came, as text
 * @param secrets what the callback may be signed with, `whsec_…`
 */
export function signatureChecks(
  headers: Headers,
  body: string,
  secrets: readonly string[],
  nowMs: number,
): readonly SignatureCheck[] {
  return [
    verdict('standard webhooks', standardWebhooksProblem(headers, body, secrets)),
    verdict('beam x-task-signature', beamProblem(headers, body, secrets)),
    verdict('timestamp fresh', timestampProblem(headers, nowMs)),
  ];
}

/**
 * Whether a callback is to be believed: one of its signatures is right and its timestamp fresh. Receivers verify one of
 * them, whichever they know.
 */
export function isVerified(checks: readonly SignatureCheck[]): boolean {
  const ok = (name: SignatureCheck['name']) => checks.some((check) => check.name === name && check.ok);
  return ok('standard webhooks') && ok('timestamp fresh');
}

function verdict(name: SignatureCheck['name'], problem: string | undefined): SignatureCheck {
  return problem === undefined ? { name, ok: true } : { name, ok: false, why: problem };
}

const NO_SECRET = 'no secret to check it with: webhook-id names no task of this stack';
const WRONG = 'made with another secret, or of other bytes than came';

/** One of the space-separated signatures must be what a known secret makes of exactly these bytes. */
function standardWebhooksProblem(
  headers: Headers,
  body: string,
  secrets: readonly string[],
): string | undefined {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'] ?? '';
  const given = headers['webhook-signature'];
  if (id === undefined) return 'there is no header webhook-id';
  if (!isSeconds(timestamp)) return 'webhook-timestamp is not in Unix seconds';
  if (!given) return 'there is no header webhook-signature';
  if (secrets.length === 0) return NO_SECRET;
  const expected = secrets.map((secret) => standardWebhooksSignature(secret, id, Number(timestamp), body));
  const isRight = given.split(' ').some((one) => expected.some((right) => equalInConstantTime(one, right)));
  return isRight ? undefined : WRONG;
}

function beamProblem(headers: Headers, body: string, secrets: readonly string[]): string | undefined {
  const timestamp = headers['x-task-timestamp'] ?? '';
  const given = headers['x-task-signature'];
  if (!given) return 'there is no header x-task-signature';
  if (!isSeconds(timestamp)) return 'x-task-timestamp is not in Unix seconds';
  if (secrets.length === 0) return NO_SECRET;
  const isRight = secrets.some((secret) =>
    equalInConstantTime(given, beamSignature(secret, Number(timestamp), body)),
  );
  return isRight ? undefined : WRONG;
}

function timestampProblem(headers: Headers, nowMs: number): string | undefined {
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!isSeconds(timestamp)) return 'webhook-timestamp is not in Unix seconds';
  const offSeconds = Math.round(Math.abs(Number(timestamp) - nowMs / 1_000));
  if (offSeconds <= TIMESTAMP_TOLERANCE_SECONDS) return undefined;
  return `webhook-timestamp is ${offSeconds} s from this clock, more than ${TIMESTAMP_TOLERANCE_SECONDS} s: sent again by someone, or clocks differ`;
}

function isSeconds(text: string): boolean {
  return /^\d{1,12}$/.test(text);
}
