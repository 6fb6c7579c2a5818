import type { TaskSummary } from '../../lib/build/task-summary.ts';

/** A pipeline that would be deployed, as far as it makes demands on the account. */
export interface DeployedPipeline {
  /** Unique in the app: `Shop/Callbacks`. */
  readonly name: string;
  /** Id of its construct: `Callbacks`. */
  readonly id: string;
  /** CloudFormation's name of the stack at the top. */
  readonly stackName: string;
  /** The name in the pipeline's output. It differs from `name` if stages share the name of a stack. */
  readonly nameInOutput: string;
  /** As the app names it; undefined: that of the environment. */
  readonly region: string | undefined;
  /** Maximum number of concurrent invocations of run; likewise of deliver. */
  readonly runConcurrency: number;
  readonly deliverConcurrency: number;
  /** Least version of the bootstrap stack. */
  readonly bootstrapVersion: number;
  /** SSM parameter that has the version of the bootstrap stack. */
  readonly bootstrapParameter: string;
  /** All functions have the same runtime and architecture. */
  readonly runtime: string;
  readonly architecture: string;
  readonly tasks: readonly TaskSummary[];
  /** Folder of the work, as built for this machine. */
  readonly workFolder: string;
}
