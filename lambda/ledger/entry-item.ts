/**
 * An entry as the table keeps it: as it is, but for its attempts. They are one short text, so that an entry with ten
 * of them still fits the one write unit (1 KiB) that each change of its state is to cost. As a list of maps they took
 * 72 bytes each, and half of a failing callback's writes cost two.
 *
 * `midc23qo.3.cr midc8j80.40.503`: for each attempt, the oldest first, when it was made (milliseconds in base 36), how
 * many milliseconds it took, and the status code or the error's class. Their numbers end with `attempt_count`.
 */
import type { AttemptError } from '../contract/error-classes.ts';
import type { Attempt, Entry } from './entry.ts';

const CODES: Readonly<Record<AttemptError, string>> = {
  timeout: 'to',
  dns: 'dn',
  'connection-refused': 'cr',
  'connection-reset': 'rs',
  unreachable: 'un',
  tls: 'tl',
  protocol: 'pr',
  'url-refused': 'ur',
};

const CLASSES = new Map(Object.entries(CODES).map(([name, code]) => [code, name as AttemptError]));

export function itemOfEntry(entry: Entry): object {
  return { ...entry, attempts: packAttempts(entry.attempts) };
}

/** Items are written by the ledger alone, hence not parsed again. Undefined where there is none. */
export function entryOfItem(item: Readonly<Record<string, unknown>> | undefined): Entry | undefined {
  if (item === undefined) return undefined;
  const { pk: _pk, sk: _sk, attempts, ...fields } = item;
  const entry = fields as unknown as Omit<Entry, 'attempts'>;
  // Until 0.1.0 they were a list of maps, which is read as it is.
  if (Array.isArray(attempts)) return { ...entry, attempts };
  return { ...entry, attempts: unpackAttempts(attempts as string | undefined, entry.attempt_count) };
}

/** Undefined where there are none: an empty text is not stored. */
export function packAttempts(attempts: readonly Attempt[]): string | undefined {
  if (attempts.length === 0) return undefined;
  return attempts
    .map(({ at_ms, duration_ms, status_code, error_class }) =>
      [at_ms.toString(36), duration_ms, status_code ?? codeOf(error_class)].join('.'),
    )
    .join(' ');
}

/** @param attemptCount the number of the last one */
function unpackAttempts(text: string | undefined, attemptCount: number): Attempt[] {
  const rows = text === undefined ? [] : text.split(' ');
  return rows.map((row, index) => {
    const [at = '', duration = '', end = ''] = row.split('.');
    return {
      attempt: attemptCount - rows.length + 1 + index,
      at_ms: Number.parseInt(at, 36),
      duration_ms: Number(duration),
      ...endOf(end),
    };
  });
}

function codeOf(error: AttemptError | undefined): string {
  if (error === undefined) return '';
  const code: string | undefined = CODES[error];
  return code ?? error;
}

/** A code that a newer version wrote is kept as it is, so that it is shown, and is stored again. */
function endOf(text: string): Pick<Attempt, 'status_code' | 'error_class'> {
  if (/^\d+$/.test(text)) return { status_code: Number(text) };
  return text === '' ? {} : { error_class: CLASSES.get(text) ?? (text as AttemptError) };
}
