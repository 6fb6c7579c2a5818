/** The process of the work, with one task that reads the secret which its input names. */
import * as z from 'zod';
import { secretReader } from '../../../lambda/run/secrets.ts';
import { serveTasks } from '../../../lambda/run/serve-tasks.ts';
import { defineTask } from '../../../lambda/task/define-task.ts';
import type { TaskModule } from '../../../lambda/task/run.ts';

const definition = defineTask({ input: z.string() });
const readSecret: TaskModule<typeof definition> = {
  definition,
  run: async (name, { secret }) => ({ pid: process.pid, value: await secret(name) }),
};

serveTasks({
  load: async () => readSecret as TaskModule,
  secret: secretReader(process.env),
});
