import axios from 'axios';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';

export const definition = defineTask({ input: z.strictObject({ name: z.string() }) });

/** Posts JSON. */
export const run: Run<typeof definition> = async ({ name }) => {
  const { returned, request } = await withHttpService({ body: '{"id":7}' }, (url) =>
    axios.post<{ id: number }>(`${url}/people`, { name }, { proxy: false }),
  );
  return {
    answer: returned.data,
    method: request.method,
    path: request.path,
    sent: JSON.parse(request.body),
  };
};
