import { useEffect } from 'preact/hooks';
import type { Attention, Overview } from '../../api-types.ts';
import { usePace } from '../context.ts';
import { contradicts } from '../model/attention.ts';
import { hashOf } from '../model/route.ts';
import { FindTask } from '../parts/find-task.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { TaskTable } from '../parts/task-table.tsx';
import { TasksTabs } from '../parts/tasks-tabs.tsx';
import { usePoll } from '../use-poll.ts';

/** What waits for a person: dead, or stuck. */
export function AttentionView({ overview }: { overview: Overview | undefined }) {
  const { list } = usePace();
  const { value, error, refresh } = usePoll<Attention>('/console/api/attention', list);
  // Asked again with each count that says otherwise: on AWS an answer stands for some seconds, and none is asked for else.
  useEffect(() => {
    if (value !== undefined && overview !== undefined && contradicts(value, overview)) refresh();
  }, [overview]);
  return (
    <>
      <h1>Tasks</h1>
      <FindTask />
      <TasksTabs current="attention" />
      {error !== undefined && <Failure error={error} onRetry={refresh} />}
      {value === undefined && error === undefined && <Loading what="what needs attention" />}
      {value?.tasks.length === 0 && (
        <Empty title="Nothing needs attention.">No callback is dead, and no task is stuck.</Empty>
      )}
      {value !== undefined && value.tasks.length > 0 && (
        <>
          <TaskTable tasks={value.tasks} caption="Tasks that need attention" />
          <p class="muted">
            {value.more && 'There are more. '}
            Dead callbacks are sent again from{' '}
            <a href={hashOf({ view: 'dead-letters', filters: {} })}>Dead letters</a>, or one by one from their
            tasks. What is stuck: <code>ops tasks requeue</code>
          </p>
        </>
      )}
    </>
  );
}
