/**
 * Small stories, told again and again: with each fault at every single I/O step of whoever makes it, and with every two
 * crashes, before and after a step. Nothing else goes wrong, so that what is violated has its cause in these alone.
 */
import type { SubmitRequest } from '../../lambda/submit/request.ts';
import { keyedTaskId, pause, submitWithKey, type Wish, wish } from './clients.ts';
import { type FaultScript, STEP_FAULTS, type StepFault } from './faults.ts';
import type { Violation } from './invariants.ts';
import { redrive } from './operator.ts';
import type { Reception } from './receivers.ts';
import { runToTheEnd, startFunctions } from './simulation.ts';
import { EXTERNAL_TASK } from './stages.ts';
import { EPOCH_MS } from './virtual-time.ts';
import type { Deed } from './work.ts';
import { World, type WorldOptions } from './world.ts';

export interface Story {
  readonly name: string;
  /** How the receiver meets the first POSTs; all further ones are met well. */
  readonly receptions: readonly Reception[];
  /** What the work does in its first runs; in all further ones it ends well. */
  readonly deeds: readonly Deed[];
  readonly hasLargeResult: boolean;
  readonly isExternal: boolean;
  /** What the client asks for, and how long it waits before it does. */
  readonly wishes: readonly { readonly afterMs: number; readonly wish: Wish }[];
  /** When the operator first sends again what is dead. */
  readonly redriveAfterMs: number;
}

const STORY: Omit<Story, 'name'> = {
  receptions: [],
  deeds: [],
  hasLargeResult: false,
  isExternal: false,
  wishes: [],
  redriveAfterMs: 120_000,
};

export const STORIES: readonly Story[] = [
  { ...STORY, name: 'delivered at the first attempt' },
  {
    ...STORY,
    name: 'fails three times, once it is parked, dies, is redriven',
    receptions: ['receiver: 5xx', 'receiver: 5xx', 'receiver: 5xx', 'receiver: 410'],
  },
  { ...STORY, name: 'dies and is redriven', receptions: ['receiver: 410'] },
  {
    ...STORY,
    name: 'completed elsewhere',
    isExternal: true,
    wishes: [{ afterMs: 5_000, wish: 'complete' }],
  },
  {
    ...STORY,
    name: 'completed elsewhere, dies, is completed in another way',
    isExternal: true,
    receptions: ['receiver: 410'],
    wishes: [
      { afterMs: 5_000, wish: 'complete' },
      { afterMs: 30_000, wish: 'fail' },
    ],
    redriveAfterMs: 300_000,
  },
  { ...STORY, name: 'delivered and replayed', wishes: [{ afterMs: 60_000, wish: 'replay' }] },
  { ...STORY, name: 'runs again', deeds: ['asks for another run', 'asks for another run'] },
  {
    ...STORY,
    name: 'a large result, delivered late',
    hasLargeResult: true,
    receptions: ['receiver: 5xx', 'receiver: 5xx', 'receiver: 5xx'],
  },
];

const CRASHES = ['crash before a step', 'crash after a step'] as const;

/** So long the story's own people are at it; what remains is the pipeline's to bring to its end. */
const LONGEST_MS = 8 * 60 * 60_000;

export interface Telling {
  readonly violations: readonly Violation[];
  /** I/O steps that were made. */
  readonly steps: number;
  /** Step faults that were injected. */
  readonly injected: number;
}

/** Tells a story once, with faults at these steps. */
export async function tell(
  story: Story,
  script: FaultScript,
  traced?: WorldOptions['traced'],
): Promise<Telling> {
  const world = new World({
    seed: 1,
    script,
    clocksDiffer: false,
    ...(traced !== undefined && { traced }),
  });
  startFunctions(world, (_host, nth) => story.receptions[nth - 1] ?? 'well', {
    deed: ({ run }) => story.deeds[run - 1] ?? 'ends well',
    hasLargeResult: () => story.hasLargeResult,
  });
  let clientIsDone = false;
  world.time.after(1, () => {
    void actAsClient(world, story).then(() => {
      clientIsDone = true;
    });
  });
  const redriveAgain = () => {
    void redrive(world, 1);
    world.time.after(120_000, redriveAgain);
  };
  world.time.after(story.redriveAfterMs, redriveAgain);

  while (!clientIsDone && world.invariants.violations.length === 0) await world.step(EPOCH_MS + LONGEST_MS);
  await runToTheEnd(world, world.time.nowMs, EPOCH_MS + LONGEST_MS);
  const { faults, invariants } = world;
  const injected = STEP_FAULTS.reduce((total, fault) => total + (faults.counts.get(fault) ?? 0), 0);
  return { violations: invariants.violations, steps: faults.steps, injected };
}

async function actAsClient(world: World, { isExternal, wishes }: Story): Promise<void> {
  const submitted: SubmitRequest = {
    taskName: isExternal ? EXTERNAL_TASK : 'generate-report',
    callbackUrl: 'https://receiver.example/hook',
    callbackFormat: 'task',
    input: { rows: [1, 2, 3] },
  };
  await submitWithKey(world, 1, submitted);
  for (const { afterMs, wish: what } of wishes) {
    await pause(world, afterMs);
    await wish(world, keyedTaskId(1), what);
  }
}

/** What a set of schedules came to. */
export interface ScheduleResult {
  readonly schedules: number;
  /** Faults that were injected. */
  readonly faults: number;
  /** The first schedule that violates something, if one does; `npm run simulate -- --schedule` takes it. */
  readonly violated?: { readonly schedule: string; readonly violation: Violation };
}

/** A story as it is, and with each fault at each step. Ends at the first violation. */
export async function everyFault(story: Story): Promise<ScheduleResult> {
  return await tellAll(story, everySingle(await stepsOf(story, new Map()), STEP_FAULTS));
}

/**
 * A story with every two crashes; the second one is counted in the story as the first has left it. Ends at the first
 * violation.
 *
 * @param part only the first crashes whose step is `index` modulo `of`, to spread a story over processes
 */
export async function everyTwoCrashes(
  story: Story,
  part: { readonly index: number; readonly of: number } = { index: 0, of: 1 },
): Promise<ScheduleResult> {
  const result = { schedules: 0, faults: 0 };
  for (const first of everySingle(await stepsOf(story, new Map()), CRASHES)) {
    const [step = 0] = first.keys();
    if (step % part.of !== part.index) continue;
    const pairs = everySingle(await stepsOf(story, first), CRASHES, step + 1);
    const told = await tellAll(
      story,
      pairs.map((second) => new Map([...first, ...second])),
    );
    result.schedules += told.schedules;
    result.faults += told.faults;
    if (told.violated !== undefined) return { ...result, violated: told.violated };
  }
  return result;
}

async function stepsOf(story: Story, script: FaultScript): Promise<number> {
  return (await tell(story, script)).steps;
}

function everySingle(steps: number, faults: readonly StepFault[], from = 0): FaultScript[] {
  return Array.from({ length: Math.max(0, steps - from) }, (_, index) =>
    faults.map((fault) => new Map([[from + index, fault]])),
  ).flat();
}

async function tellAll(story: Story, scripts: readonly FaultScript[]): Promise<ScheduleResult> {
  const result = { schedules: 0, faults: 0 };
  for (const script of [new Map<number, StepFault>(), ...scripts]) {
    const { violations, injected } = await tell(story, script);
    result.schedules += 1;
    result.faults += injected;
    const [violation] = violations;
    if (violation !== undefined)
      return { ...result, violated: { schedule: scheduleText(story, script), violation } };
  }
  return result;
}

/** `runs again: 4 throttled, 7 crash after a step` */
function scheduleText({ name }: Story, script: FaultScript): string {
  const faults = [...script].map(([step, fault]) => `${step} ${fault}`);
  return `${name}: ${faults.join(', ') || 'undisturbed'}`;
}

/** Reads what `ScheduleResult` calls a schedule. Undefined where it is none. */
export function parseSchedule(
  text: string,
): { readonly story: Story; readonly script: FaultScript } | undefined {
  const [name, faults = ''] = text.split(': ');
  const story = STORIES.find((each) => each.name === name);
  if (story === undefined) return undefined;
  const script = faults.split(', ').flatMap((part) => {
    const [, step, named] = /^(\d+) (.+)$/.exec(part) ?? [];
    const fault = STEP_FAULTS.find((each) => each === named);
    return fault === undefined ? [] : [[Number(step), fault] as const];
  });
  return { story, script: new Map(script) };
}
