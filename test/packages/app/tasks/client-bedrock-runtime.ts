import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { eventStream } from '../work/event-stream.ts';
import { withHttpService } from '../work/loopback-server.ts';
import { signedBy } from '../work/signed-by.ts';

export const definition = defineTask({ input: z.strictObject({ prompt: z.string() }) });

/** Reads a streamed answer: our own functions are built without event streams, the work must have them. */
export const run: Run<typeof definition> = async ({ prompt }) => {
  const body = eventStream([
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Good ' } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'day' } }],
    ['messageStop', { stopReason: 'end_turn' }],
  ]);
  const reply = { contentType: 'application/vnd.amazon.eventstream', body, http2: true };
  const { returned, request } = await withHttpService(reply, async (endpoint) => {
    const client = new BedrockRuntimeClient({ endpoint });
    const { stream } = await client.send(
      new ConverseStreamCommand({
        modelId: 'model',
        messages: [{ role: 'user', content: [{ text: prompt }] }],
      }),
    );
    const events: ConverseStreamOutput[] = [];
    for await (const event of stream ?? []) events.push(event);
    client.destroy();
    return events;
  });
  return {
    text: returned.map((event) => event.contentBlockDelta?.delta?.text ?? '').join(''),
    stopReason: returned.at(-1)?.messageStop?.stopReason,
    sent: JSON.parse(request.body),
    signedBy: signedBy(request),
  };
};
