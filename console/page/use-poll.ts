/** Keeps what a view shows up to date. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get } from './client.ts';
import { nextPollMs } from './model/poll-pace.ts';

export interface Polled<T> {
  /** The latest answer; kept while the server is away. */
  readonly value: T | undefined;
  /** Why the latest question was not answered. */
  readonly error: Error | undefined;
  readonly refresh: () => void;
}

/**
 * @param path undefined: nothing is asked
 * @param everyMs undefined: asked once, and again by `refresh`
 * @param isPaused nothing is asked meanwhile, and what is known stays; asked at once when that ends
 */
export function usePoll<T>(
  path: string | undefined,
  everyMs: number | undefined,
  isPaused = false,
): Polled<T> {
  const [answer, setAnswer] = useState<{ path: string | undefined; value?: T; error?: Error }>({ path });
  const asked = useRef<() => void>(() => {});

  useEffect(() => {
    if (path === undefined || isPaused) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const ask = async () => {
      clearTimeout(timer);
      try {
        const value = await get<T>(path, ending.signal);
        failures = 0;
        setAnswer({ path, value });
      } catch (error) {
        if (ending.signal.aborted) return;
        failures += 1;
        const failed = error as Error;
        setAnswer((last) => ({ ...(last.path === path ? last : {}), path, error: failed }));
      }
      if (everyMs === undefined && failures === 0) return;
      clearTimeout(timer);
      const waitMs = nextPollMs({ everyMs: everyMs ?? 5_000, isHidden: document.hidden, failures });
      timer = setTimeout(ask, waitMs);
    };
    const onVisible = () => {
      if (!document.hidden && everyMs !== undefined) ask();
    };
    asked.current = ask;
    document.addEventListener('visibilitychange', onVisible);
    ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [path, everyMs, isPaused]);

  const refresh = useCallback(() => asked.current(), []);
  // An answer to another question is none to this one.
  const { value, error } = answer.path === path ? answer : { value: undefined, error: undefined };
  return { value, error, refresh };
}
