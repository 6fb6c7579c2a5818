import { simulate } from './simulation.ts';
import { everyFault, STORIES } from './stories.ts';

/** What the schedules have found in the code as it was loaded. */
export interface Verdict {
  readonly schedules: number;
  readonly seeds: number;
  /** What noticed first; undefined where nothing did. */
  readonly caught?: { readonly invariant: string; readonly schedule: string };
}

const SEEDS = 8;
const TASKS = 500;

/** The schedules that every mutant has to get through: each fault at each step, then seeds. Ends at the first violation. */
export async function trial(): Promise<Verdict> {
  let schedules = 0;
  for (const story of STORIES) {
    const { schedules: told, violated } = await everyFault(story);
    schedules += told;
    if (violated !== undefined) {
      const { violation, schedule } = violated;
      return { schedules, seeds: 0, caught: { invariant: violation.invariant, schedule } };
    }
  }
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const [violation] = (await simulate({ seed, tasks: TASKS })).violations;
    if (violation !== undefined) {
      const schedule = `--seed ${seed} --tasks ${TASKS}`;
      return { schedules, seeds: seed, caught: { invariant: violation.invariant, schedule } };
    }
  }
  return { schedules, seeds: SEEDS };
}
