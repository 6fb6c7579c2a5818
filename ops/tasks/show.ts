import { UsageError } from '../../local/user-error.ts';
import { type Command, type Invocation, taskId } from '../command-line.ts';
import { readEntries } from '../entries.ts';
import { Fault } from '../fault.ts';
import { pipelineOf } from '../pipeline.ts';
import { storyJson, storyText } from '../story.ts';

export const show: Command = { takes: ['json'], ids: 'one', run: showTask };

async function showTask({ values, ids: [given], terminal, target: findTarget }: Invocation): Promise<void> {
  if (given === undefined) throw new UsageError('Which task? Give its id, as tasks list shows it.');
  const id = taskId(given);
  const target = await findTarget();
  const entry = (await readEntries(pipelineOf(target), [id])).get(id);
  if (entry === undefined) {
    throw new Fault(
      `The ledger of ${target.name} has no task ${id}: never accepted here, or settled and expired since.`,
    );
  }
  terminal.out(values.json === true ? JSON.stringify(storyJson(entry)) : storyText(entry));
}
