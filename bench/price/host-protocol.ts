/** To a function's process: one invocation. */
export interface ToHost {
  readonly event: unknown;
  readonly remainingMs: number;
}

/** What came of it. */
export interface FromHost {
  readonly answer: unknown;
  readonly wallMs: number;
  /** CPU time of the function's own process in this invocation. */
  readonly cpuMs: number;
  /** CPU time that its children have used since they were started. */
  readonly childrenCpuMs: number;
}
