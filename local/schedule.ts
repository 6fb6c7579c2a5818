import type { ScheduleDescription } from './app-description.ts';
import type { InvocationResult } from './execution-environment.ts';

/** Invokes functions at their rates, the first time as soon as it is started. */
export class Schedule {
  readonly #schedules: readonly ScheduleDescription[];
  readonly #invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    schedules: readonly ScheduleDescription[],
    invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>,
  ) {
    this.#schedules = schedules;
    this.#invoke = invoke;
  }

  start(): void {
    for (const { functionArn, everySeconds } of this.#schedules) {
      const run = () => void this.#invoke(functionArn, tickEvent(Date.now()));
      this.#timers.push(setInterval(run, everySeconds * 1_000));
      run();
    }
  }

  /** Invokes every scheduled function now, and resolves when they have answered. */
  async runNow(): Promise<InvocationResult[]> {
    return await Promise.all(
      this.#schedules.map(({ functionArn }) => this.#invoke(functionArn, tickEvent(Date.now()))),
    );
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

function tickEvent(nowMs: number): unknown {
  return {
    version: '0',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    resources: [],
    detail: {},
  };
}
