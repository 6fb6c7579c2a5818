import type { AuthKind } from './auth.ts';

/**
 * Form of a pipeline's output. A new property does not change it. A change that tools of older versions would
 * misunderstand does.
 */
export const PIPELINE_OUTPUT_FORM = 1;

/** The CloudFormation output of a pipeline, as JSON. The operators' tools read it. */
export interface PipelineOutput {
  /** Marks the output among others of the stack. */
  readonly callback_completion: typeof PIPELINE_OUTPUT_FORM;
  /** Of callback-completion, as deployed: `0.1.0`. */
  readonly version: string;
  /** The pipeline's name, unique in its account and region: `Shop/Callbacks`. */
  readonly pipeline: string;
  /** Base URL of the HTTP API, without a trailing slash. */
  readonly api_url: string;
  /** How clients are authenticated. */
  readonly auth: AuthKind;
  /** Name of the DynamoDB table. */
  readonly ledger_table: string;
  readonly tasks_queue_url: string;
  readonly callbacks_queue_url: string;
  readonly dead_letter_queue_url: string;
  /** The secret that clients' signing secrets derive from. */
  readonly master_secret_arn: string;
  /** CloudWatch namespace of the functions' own metrics. */
  readonly metrics_namespace: string;
  /** How long a callback is attempted. */
  readonly delivery_deadline_seconds: number;
  /** How long a settled task is kept. */
  readonly retention_seconds: number;
}
