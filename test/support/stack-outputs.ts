import type { PipelineEndpoints } from '../../local/endpoints-file.ts';

/** What `cdk deploy --outputs-file` would have written of a stack that lets in who signs, with these engines. */
export function stackOutputs(
  apiUrl: string,
  { queueUrls, ledgerTable }: Pick<PipelineEndpoints, 'queueUrls' | 'ledgerTable'>,
  differences: Readonly<Record<string, string>> = {},
): string {
  const outputs = {
    ApiUrl: apiUrl,
    Auth: 'iam',
    CallbacksQueueUrl: queueUrls.callbacks,
    DeadLetterQueueUrl: queueUrls['dead-letters'],
    DeliveryDeadlineSeconds: '259200',
    LedgerTableName: ledgerTable,
    MetricsNamespace: 'Callbacks/Pipeline',
    RetentionSeconds: '2592000',
    TasksQueueUrl: queueUrls.tasks,
    ...differences,
  };
  return JSON.stringify({ Callbacks: outputs });
}
