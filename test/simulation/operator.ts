import { parseMessage } from '../../lambda/queue/message.ts';
import { Invocation } from './invocation.ts';
import type { World } from './world.ts';

/**
 * Sends letters of the dead-letter queue again, as an operator does: received, sent to the callbacks queue, and then
 * deleted. Killed in between, a letter is there twice.
 *
 * @param share which share of the letters is sent, from 0 to 1
 */
export async function redrive(world: World, share: number): Promise<void> {
  const { deadLetters, callbacks, tasks } = world.queues;
  for (const letter of deadLetters.receive(deadLetters.size, () => false)) {
    if (!world.dice.chance(share)) continue;
    const { task_id, generation } = parseMessage(letter.body);
    world.trace('operator: redrives', task_id);
    const invocation = new Invocation('operator', 600_000, world);
    invocation.concerns([task_id]);
    // Either stage passes on what is the other's: an operator need not know which queue is right.
    const queue = world.dice.chance(0.8) ? callbacks : tasks;
    const times = world.faults.strikes('operator: redrives twice') ? 2 : 1;
    for (let time = 1; time <= times; time += 1) {
      await invocation.io({ name: `SendMessage ${queue.name}`, taskId: task_id, faults: CRASHES }, () => {
        world.invariants.task(task_id).redriven.add(generation);
        queue.send(letter.body, 0);
      });
    }
    if (world.faults.strikes('operator: killed half-way')) {
      invocation.crash('killed half-way');
      continue;
    }
    await invocation.io({ name: 'DeleteMessage dead-letters', taskId: task_id, faults: CRASHES }, () =>
      deadLetters.delete(letter.receiptHandle),
    );
    invocation.end();
  }
}

const CRASHES = ['crash before a step', 'crash after a step'] as const;
