import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';
import { signedBy } from '../work/signed-by.ts';

export const definition = defineTask({ input: z.strictObject({ functionName: z.string() }) });

/** Invokes a function. */
export const run: Run<typeof definition> = async ({ functionName }) => {
  const { returned, request } = await withHttpService({ body: '{"sum":3}' }, (endpoint) =>
    new LambdaClient({ endpoint }).send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ a: 1, b: 2 }) }),
    ),
  );
  return {
    answer: JSON.parse(returned.Payload?.transformToString() ?? ''),
    path: request.path,
    sent: JSON.parse(request.body),
    signedBy: signedBy(request),
  };
};
