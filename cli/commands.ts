/** One subcommand of `callback-completion`. */
export interface CliCommand {
  /** One line for the help. */
  readonly summary: string;
  /** Whether its code also runs on Node 20. The others need the Node in which the local stack and the build run. */
  readonly runsOnNode20: boolean;
  /**
   * Whether the process ends when the command returns, whatever is still open: work that a task left behind, or a search
   * for credentials. Otherwise it ends by itself, with all of its output written.
   */
  readonly endsProcess: boolean;
  /**
   * Loads the command's code and runs it.
   *
   * @param args what follows its name
   * @returns the process's exit code
   */
  run(args: readonly string[]): Promise<number>;
}

/** By name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, CliCommand>> = {
  init: {
    summary: 'writes a small app to begin with',
    runsOnNode20: true,
    endsProcess: false,
    run: async (args) => (await import('./init/run-init.ts')).runInit(args),
  },
  start: {
    summary: "runs the app's pipelines on this machine",
    runsOnNode20: false,
    endsProcess: true,
    run: async (args) => (await import('../local/run-locally.ts')).runLocally(args, process.env),
  },
  dev: {
    summary: 'runs them, and reloads tasks when they change',
    runsOnNode20: false,
    endsProcess: true,
    run: async (args) =>
      (await import('../local/run-locally.ts')).runLocally(['--watch', ...args], process.env),
  },
  ops: {
    summary: 'looks after a pipeline: dead letters, tasks, keys of clients, the signing secret',
    runsOnNode20: false,
    endsProcess: false,
    run: async (args) => (await import('../ops/run-ops.ts')).runOps(args),
  },
  console: {
    summary: 'shows a stack on AWS in a browser',
    runsOnNode20: false,
    endsProcess: false,
    run: async (args) => (await import('../console/run-console.ts')).runConsole(args),
  },
  doctor: {
    summary: 'checks everything on which a deployment depends',
    runsOnNode20: false,
    endsProcess: true,
    run: async (args) => (await import('../ops/doctor/run-doctor.ts')).runDoctor(args),
  },
};
