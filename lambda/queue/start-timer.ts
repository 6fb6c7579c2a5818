/** Calls back after so many milliseconds, unless what it returns is called before. */
export type StartTimer = (callBack: () => void, afterMs: number) => () => void;

/** The process's own timers. */
export function startProcessTimer(callBack: () => void, afterMs: number): () => void {
  const timer = setTimeout(callBack, afterMs);
  return () => clearTimeout(timer);
}
