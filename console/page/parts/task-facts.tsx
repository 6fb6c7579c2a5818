import type { ComponentChildren } from 'preact';
import type { TaskDetail } from '../../api-types.ts';
import { When } from './small.tsx';

/** How a task stands. Of its callback the origin, of its result the place: content is its client's. */
export function TaskFacts({ task }: { task: TaskDetail }) {
  const { callback, outcome } = task;
  return (
    <dl class="facts">
      <Fact name="Client">{task.client}</Fact>
      <TimeFact name="Accepted" at={task.accepted_at} />
      <TimeFact name="Not before" at={task.not_before} />
      <TimeFact name="Awaited until" at={task.external_until} />
      <Fact name="Runs">{task.runs}</Fact>
      {outcome !== undefined && (
        <Fact name="Outcome">
          {outcome.status}
          {outcome.error_type !== undefined && ` (${outcome.error_type})`}
        </Fact>
      )}
      {task.result_url !== undefined && (
        <Fact name="Result">
          <code>{task.result_url}</code>
        </Fact>
      )}
      {callback === undefined && <Fact name="Callback">none is owed</Fact>}
      {callback !== undefined && (
        <>
          <Fact name="Receiver">{callback.origin}</Fact>
          <Fact name="Format">{callback.format}</Fact>
          <Fact name="Attempts">{callback.attempt_count}</Fact>
          {callback.generation > 0 && <Fact name="Generation">{callback.generation}</Fact>}
          <TimeFact name="Next attempt" at={callback.next_attempt_at} />
          <TimeFact name="Deadline" at={task.status === 'delivering' ? callback.deliver_by : undefined} />
          <TimeFact name="Delivered" at={callback.delivered_at} />
          <TimeFact name="Dead" at={callback.dead_at} />
          {callback.dead_reason !== undefined && <Fact name="Reason">{callback.dead_reason}</Fact>}
        </>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function TimeFact({ name, at }: { name: string; at: string | undefined }) {
  if (at === undefined) return null;
  return (
    <Fact name={name}>
      <When at={at} />
    </Fact>
  );
}
