import type { PipelineOutput } from '../../lambda/contract/pipeline-output.ts';
import type { PipelineEndpoints } from '../../local/endpoints-file.ts';

/** A pipeline's output, as it has been deployed. */
export const PIPELINE_OUTPUT: PipelineOutput = {
  callback_completion: 1,
  version: '0.1.0',
  pipeline: 'Callbacks/Pipeline',
  api_url: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  auth: 'iam',
  ledger_table: 'Callbacks-Ledger',
  tasks_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Callbacks-Tasks',
  callbacks_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Callbacks-Callbacks',
  dead_letter_queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/Callbacks-DeadLetters',
  master_secret_arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Callbacks-Master-Ab12Cd',
  metrics_namespace: 'Callbacks/Pipeline',
  delivery_deadline_seconds: 259_200,
  retention_seconds: 2_592_000,
};

/** The outputs of a stack with these pipelines, by key, among others that have nothing to do with them. */
export function outputsOf(...pipelines: readonly Partial<PipelineOutput>[]): Record<string, string> {
  const described = pipelines.map((differences, index) => [
    `CallbackCompletionOutputsPipeline${index}`,
    JSON.stringify({ ...PIPELINE_OUTPUT, ...differences }),
  ]);
  return { ...Object.fromEntries(described), ApiUrl: PIPELINE_OUTPUT.api_url, Settings: '{"colour":"blue"}' };
}

/** What `cdk deploy --outputs-file` would have written of a stack that lets in who signs, with these engines. */
export function stackOutputs(
  apiUrl: string,
  { queueUrls, ledgerTable }: Pick<PipelineEndpoints, 'queueUrls' | 'ledgerTable'>,
  differences: Partial<PipelineOutput> = {},
): string {
  const outputs = outputsOf({
    api_url: apiUrl,
    callbacks_queue_url: queueUrls.callbacks ?? '',
    dead_letter_queue_url: queueUrls['dead-letters'] ?? '',
    ledger_table: ledgerTable ?? '',
    tasks_queue_url: queueUrls.tasks ?? '',
    ...differences,
  });
  return JSON.stringify({ Callbacks: outputs });
}
