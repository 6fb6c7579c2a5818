import * as z from 'zod';
import { AUTH_KINDS } from '../lambda/contract/auth.ts';
import { PIPELINE_OUTPUT_FORM, type PipelineOutput } from '../lambda/contract/pipeline-output.ts';
import { Fault } from './fault.ts';
import { printable } from './terminal.ts';

/** What the tools know of a pipeline. */
export type DescribedPipeline = Omit<PipelineOutput, 'callback_completion' | 'version'>;

const seconds = z.coerce.number().int().nonnegative();

const describedPipelineSchema = z.object({
  pipeline: z.string().transform(printable),
  api_url: z.string(),
  auth: z.enum(AUTH_KINDS),
  ledger_table: z.string(),
  tasks_queue_url: z.string(),
  callbacks_queue_url: z.string(),
  dead_letter_queue_url: z.string(),
  master_secret_arn: z.string(),
  metrics_namespace: z.string(),
  delivery_deadline_seconds: seconds,
  retention_seconds: seconds,
}) satisfies z.ZodType<DescribedPipeline>;

/** The outputs of a stack that 0.1.0 deployed: one value each, of one pipeline. */
const OUTPUTS_OF_0_1_0 = {
  api_url: 'ApiUrl',
  auth: 'Auth',
  ledger_table: 'LedgerTableName',
  tasks_queue_url: 'TasksQueueUrl',
  callbacks_queue_url: 'CallbacksQueueUrl',
  dead_letter_queue_url: 'DeadLetterQueueUrl',
  master_secret_arn: 'MasterSecretArn',
  metrics_namespace: 'MetricsNamespace',
  delivery_deadline_seconds: 'DeliveryDeadlineSeconds',
  retention_seconds: 'RetentionSeconds',
} as const satisfies Record<keyof Omit<DescribedPipeline, 'pipeline'>, string>;

/**
 * Returns the pipelines that a stack's outputs describe: those of this version, or the one of 0.1.0.
 *
 * @param outputs values by key
 * @returns none for a stack without a pipeline
 * @throws Fault for an output of callback-completion that this version does not understand
 */
export function pipelinesIn(
  stackName: string,
  outputs: Readonly<Record<string, string | undefined>>,
): DescribedPipeline[] {
  const described = Object.entries(outputs).flatMap(([key, value]) => {
    const parsed = markedJson(value);
    return parsed === undefined ? [] : [understood(parsed, `The output ${key} of the stack ${stackName}`)];
  });
  if (described.length > 0) return described.sort((a, b) => a.pipeline.localeCompare(b.pipeline));
  return outputs[OUTPUTS_OF_0_1_0.ledger_table] === undefined ? [] : [pipelineOf010(stackName, outputs)];
}

/** The value as JSON, if it has the mark of a pipeline's output. */
function markedJson(value: string | undefined): { readonly callback_completion: unknown } | undefined {
  // Other outputs of the stack may be anything.
  if (value?.startsWith('{') !== true || !value.includes('"callback_completion"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return z.looseObject({ callback_completion: z.unknown() }).parse(parsed);
  } catch {
    return undefined;
  }
}

function understood(
  output: { readonly callback_completion: unknown; readonly version?: unknown },
  what: string,
): DescribedPipeline {
  if (output.callback_completion !== PIPELINE_OUTPUT_FORM) {
    throw new Fault(
      `${what} is of a later version of callback-completion (${printable(String(output.version))}), which this one does not understand. Use that version.`,
    );
  }
  const { success, data, error } = describedPipelineSchema.safeParse(output);
  if (success) return data;
  throw new Fault(`${what} is incomplete: ${problemsOf(error)}. Deploy the stack again.`);
}

function pipelineOf010(
  stackName: string,
  outputs: Readonly<Record<string, string | undefined>>,
): DescribedPipeline {
  const values = Object.entries(OUTPUTS_OF_0_1_0).map(([name, key]) => [name, outputs[key]]);
  const { success, data, error } = describedPipelineSchema.safeParse({
    pipeline: `${stackName}/Pipeline`,
    ...Object.fromEntries(values),
  });
  if (success) return data;
  const wrong = error.issues.map(
    ({ path: [name] }) => OUTPUTS_OF_0_1_0[name as keyof typeof OUTPUTS_OF_0_1_0],
  );
  throw new Fault(
    `The stack ${stackName} was deployed from an older version, and its outputs do not have ${wrong.join(', ')} as they must. Deploy it again.`,
  );
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
