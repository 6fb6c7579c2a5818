import { defineTask, type Run } from 'callback-completion/task';
import OpenAI from 'openai';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';

export const definition = defineTask({ input: z.strictObject({ prompt: z.string() }) });

/** Asks for a completion. */
export const run: Run<typeof definition> = async ({ prompt }) => {
  const body = JSON.stringify({
    id: 'completion-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Good day' }, finish_reason: 'stop' }],
  });
  const { returned, request } = await withHttpService({ body }, (url) =>
    new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` }).chat.completions.create({
      model: 'model',
      messages: [{ role: 'user', content: prompt }],
    }),
  );
  return {
    answer: returned.choices[0]?.message.content,
    path: request.path,
    authorization: request.headers.authorization,
    sent: JSON.parse(request.body),
  };
};
