import { UsageError } from '../local/user-error.ts';
import type { Values } from './command-line.ts';
import { parseSince } from './duration.ts';

/** Which of them a command is about; what is undefined does not matter. */
export interface Filter {
  readonly host: string | undefined;
  readonly taskName: string | undefined;
  readonly reason: string | undefined;
  readonly sinceMs: number | undefined;
  /** Until then at the latest; epoch milliseconds. */
  readonly untilMs?: number | undefined;
}

/** What a filter looks at. */
export interface Subject {
  /** `host:port` as the callback's URL has it; undefined where none is known. */
  readonly host: string | undefined;
  readonly taskName: string | undefined;
  readonly reason: string | undefined;
  /** When it came to be what it is, in epoch milliseconds. */
  readonly atMs: number;
}

type FilterValues = {
  readonly [Name in 'host' | 'task' | 'reason' | 'since']?: Values[Name] | undefined;
};

/**
 * @param reasons those that there are
 * @throws UsageError
 */
export function filterFrom(values: FilterValues, reasons: readonly string[], nowMs: number): Filter {
  const { host, task, reason, since } = values;
  if (host !== undefined && !/^(\[[\da-f:.]+\]|[^\s/?#@:]+)(:\d+)?$/i.test(host)) {
    throw new UsageError(
      `--host is ${host}; it must be a callback's host as lists show it, without scheme and path. Example: --host receiver.example:8443`,
    );
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    throw new UsageError(`--reason is ${reason}; there are: ${reasons.join(', ')}.`);
  }
  return {
    host: host?.toLowerCase(),
    taskName: task,
    reason,
    sinceMs: since === undefined ? undefined : parseSince(since, nowMs),
  };
}

/** A host without a port means all of its ports. */
export function matches(filter: Filter, { host, taskName, reason, atMs }: Subject): boolean {
  return (
    (filter.host === undefined || filter.host === host || filter.host === host?.replace(/:\d+$/, '')) &&
    (filter.taskName === undefined || filter.taskName === taskName) &&
    (filter.reason === undefined || filter.reason === reason) &&
    (filter.sinceMs === undefined || atMs >= filter.sinceMs) &&
    (filter.untilMs === undefined || atMs <= filter.untilMs)
  );
}

export function isEverything(filter: Filter): boolean {
  return Object.values(filter).every((part) => part === undefined);
}

/** ` of host receiver.example, since 2025-11-24T16:00:00.000Z`; empty for everything. */
export function inWords({ host, taskName, reason, sinceMs }: Filter): string {
  const parts = [
    ...(host === undefined ? [] : [`of host ${host}`]),
    ...(taskName === undefined ? [] : [`of task ${taskName}`]),
    ...(reason === undefined ? [] : [`with reason ${reason}`]),
    ...(sinceMs === undefined ? [] : [`since ${new Date(sinceMs).toISOString()}`]),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}
