import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { STATES, type State } from '../../lambda/contract/states.ts';
import { deadPartition, timerPartition } from '../../lambda/ledger/keys.ts';
import type { Overview, QueueDepth } from '../api-types.ts';
import type { Desk } from '../desk.ts';
import { countRows } from './count-rows.ts';
import { survey } from './survey.ts';

const UNCOUNTED = Object.fromEntries(STATES.map((state) => [state, null])) as Record<State, null>;

/** How many tasks are where, now. */
export async function overview(desk: Desk): Promise<Overview> {
  const pipeline = desk.pipeline();
  const { sqs, deadLettersUrl } = pipeline;
  const nowMs = Date.now();
  const [surveyed, dead, timers, tasks, callbacks, letters] = await Promise.all([
    desk.countsTasks ? survey(desk, nowMs) : undefined,
    countRows(pipeline, deadPartition),
    countRows(pipeline, timerPartition),
    depth(sqs, desk.target.output('tasks_queue_url')),
    depth(sqs, desk.target.output('callbacks_queue_url')),
    depth(sqs, deadLettersUrl),
  ]);
  const inDeadLetterQueue = letters.visible + letters.in_flight;
  desk.noteDeadLetters(inDeadLetterQueue);
  const counts = surveyed?.complete === true ? surveyed.counts : undefined;
  const [oldestTask, oldestCallback, oldestLetter] = await Promise.all([
    desk.oldestAge('tasks'),
    desk.oldestAge('callbacks'),
    surveyed?.oldestDeadAtMs === undefined
      ? desk.oldestAge('dead_letters')
      : Math.max(0, Math.trunc((nowMs - surveyed.oldestDeadAtMs) / 1_000)),
  ]);
  return {
    at: new Date(nowMs).toISOString(),
    stages: {
      ...(counts ?? UNCOUNTED),
      dead: counts?.dead ?? dead,
    },
    queues: {
      tasks: { ...tasks, oldest_age_seconds: oldestTask },
      callbacks: { ...callbacks, oldest_age_seconds: oldestCallback },
      dead_letters: { ...letters, oldest_age_seconds: oldestLetter },
    },
    attention:
      (counts?.dead ?? dead ?? inDeadLetterQueue) +
      (surveyed?.stuck.length ?? 0) +
      (surveyed?.unknown.length ?? 0),
    timers,
  };
}

async function depth(sqs: SQSClient, QueueUrl: string): Promise<Omit<QueueDepth, 'oldest_age_seconds'>> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    in_flight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
