import { eventually } from '../support/pipeline.ts';

/** What an inbox has of a callback. */
export interface InboxCallback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether its signature fits the client's secret. */
  readonly verified: boolean;
}

/**
 * Waits for the first callback in an inbox.
 *
 * @param read returns what the inbox answers
 */
export async function firstCallback(read: () => Promise<string>, withinMs: number): Promise<InboxCallback> {
  return await eventually(async () => {
    const [first]: InboxCallback[] = JSON.parse(await read());
    if (first === undefined) throw new Error('no callback has come');
    return first;
  }, withinMs);
}

/** Returns a callback's body without the time, which differs from run to run. */
export function withoutTime({ body }: InboxCallback): Record<string, unknown> {
  const { completed_at: _, ...rest } = body;
  return rest;
}
