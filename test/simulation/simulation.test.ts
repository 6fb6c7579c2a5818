import { describe, expect, it } from 'vitest';
import { keyedTaskId } from './clients.ts';
import { simulate } from './simulation.ts';
import { parseSchedule, tell } from './stories.ts';

describe('a simulation', () => {
  it('is the same event for event when its seed is the same', async () => {
    const first = await simulate({ seed: 5, tasks: 60 });
    const second = await simulate({ seed: 5, tasks: 60 });

    expect(second).toEqual(first);
    expect(await simulate({ seed: 6, tasks: 60 })).not.toMatchObject({ events: first.events });
  });

  it('tells everything that befell one task', async () => {
    const lines: string[] = [];

    await tellStory('delivered at the first attempt', (line) => lines.push(line));

    expect(lines.flatMap((line) => /ledger: (\w+ → \w+)/.exec(line)?.[1] ?? [])).toEqual([
      'nothing → accepted',
      'accepted → running',
      'running → delivering',
      'delivering → delivered',
    ]);
  });
});

async function tellStory(name: string, hear: (line: string) => void): Promise<void> {
  const schedule = parseSchedule(`${name}: undisturbed`);
  if (schedule === undefined) throw new Error(`there is no story ${name}`);
  await tell(schedule.story, schedule.script, { taskId: keyedTaskId(1), tell: hear });
}
