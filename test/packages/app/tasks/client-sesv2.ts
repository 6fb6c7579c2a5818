import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';
import { signedBy } from '../work/signed-by.ts';

export const definition = defineTask({ input: z.strictObject({ to: z.string() }) });

/** Sends an e-mail. */
export const run: Run<typeof definition> = async ({ to }) => {
  const { returned, request } = await withHttpService({ body: '{"MessageId":"message-1"}' }, (endpoint) =>
    new SESv2Client({ endpoint }).send(
      new SendEmailCommand({
        FromEmailAddress: 'reports@example.com',
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: { Data: 'Report' }, Body: { Text: { Data: 'It is done.' } } } },
      }),
    ),
  );
  return {
    messageId: returned.MessageId,
    path: request.path,
    to: JSON.parse(request.body).Destination.ToAddresses,
    signedBy: signedBy(request),
  };
};
