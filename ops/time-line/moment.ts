import { isoTime } from '../../lambda/http/time.ts';

/** One thing that happened to a task, or is to come. */
export interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'accepted' | 'wait' | 'run' | 'outcome' | 'attempt' | 'delivered' | 'dead' | 'next';
  /** A sentence without its times. */
  readonly text: string;
  /** ISO 8601: when that is over which the sentence tells of. */
  readonly until?: string;
  readonly status_code?: number;
  readonly duration_ms?: number;
  /** Of the last answer that had any and was not 2xx: at the last attempt that was answered so. */
  readonly first_bytes?: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

/** What the ledger does not keep of a task, where its log is at hand. */
export interface HeardStep {
  readonly atMs: number;
  readonly step: string;
  readonly run?: number;
  readonly reason?: string;
  /** ISO 8601. */
  readonly nextRunAt?: string;
}

/** One that is neither good nor bad. */
export function plain(atMs: number, kind: Moment['kind'], text: string): Moment {
  return { at: isoTime(atMs), kind, text, tone: 'plain' };
}
