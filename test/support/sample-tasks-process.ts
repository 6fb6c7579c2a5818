/** The process of the work, with the tasks of this repository. */
import { unknownSecret } from '../../lambda/run/secrets.ts';
import { serveTasks } from '../../lambda/run/serve-tasks.ts';
import { SAMPLE_MODULES } from './sample-tasks.ts';

serveTasks({
  load: async (name) => SAMPLE_MODULES[name],
  secret: async (name) => {
    throw new Error(unknownSecret(name, []));
  },
});
