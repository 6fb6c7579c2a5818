/** Entry of submit for the bundle that one usually makes. */

import { submitHandler } from '../../lambda/submit/handler.ts';
import { deployedTasks } from '../../lambda/task/deployed-tasks.ts';
import { definition } from '../../tasks/generate-report/task.ts';

export const handler = submitHandler(deployedTasks([['generate-report', definition]]));
