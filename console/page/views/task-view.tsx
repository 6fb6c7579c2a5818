import type { TaskDetail } from '../../api-types.ts';
import { Refusal } from '../client.ts';
import { usePace } from '../context.ts';
import { hashOf } from '../model/route.ts';
import { CompletionCurl } from '../parts/completion-curl.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { ReplayButton } from '../parts/replay-button.tsx';
import { SendAgainWords } from '../parts/send-again-words.tsx';
import { CopyButton, Status } from '../parts/small.tsx';
import { TaskFacts } from '../parts/task-facts.tsx';
import { TimeLine } from '../parts/time-line.tsx';
import { usePoll } from '../use-poll.ts';

/** One task: how it stands, and its story. */
export function TaskView({ id }: { id: string }) {
  const { live } = usePace();
  const { value, error, refresh } = usePoll<TaskDetail>(`/console/api/tasks/${encodeURIComponent(id)}`, live);
  if (value === undefined) {
    if (error === undefined) return <Loading what="the task" />;
    if (!(error instanceof Refusal && error.status === 404))
      return <Failure error={error} onRetry={refresh} />;
    return (
      <>
        <h1>Task</h1>
        <Empty title={`The ledger has no task ${id}.`}>
          It was never accepted here, or it was settled and has expired.{' '}
          <a href={hashOf({ view: 'tasks', filters: {} })}>All tasks</a>
        </Empty>
      </>
    );
  }
  const isSettled = value.status === 'delivered' || value.status === 'dead';
  const isAwaited = value.status === 'accepted' && value.external_until !== undefined;
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ view: 'tasks', filters: {} })}>Tasks</a>
      </p>
      <h1>
        {value.task_name} <Status of={value.status} />
      </h1>
      <p class="id-line">
        <code>{value.task_id}</code> <CopyButton text={value.task_id} what="the id" />
      </p>
      {isAwaited && <CompletionCurl task={value} />}
      <div class="columns">
        <section aria-labelledby="story">
          <h2 id="story">Story</h2>
          <TimeLine story={value.story} />
        </section>
        <section aria-labelledby="facts">
          <h2 id="facts">Facts</h2>
          <TaskFacts task={value} />
          {value.callback !== undefined && (
            <div class="actions">
              <ReplayButton
                taskId={value.task_id}
                receiver={value.callback.origin}
                disabled={!isSettled}
                onDone={refresh}
              />
              {!isSettled && <span class="muted">Once it is delivered or dead.</span>}
            </div>
          )}
          {value.callback !== undefined && isSettled && <SendAgainWords />}
        </section>
      </div>
    </>
  );
}
