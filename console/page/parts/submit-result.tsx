import type { SubmitAnswer } from '../../api-types.ts';
import { hashOf } from '../model/route.ts';
import type { SubmitForm } from '../model/submission.ts';
import { TaskLink } from './small.tsx';

/** What the API answered, and where to watch what comes of it. */
export function SubmitResult({ answer: { status, body }, form }: { answer: SubmitAnswer; form: SubmitForm }) {
  const isAccepted = status >= 200 && status < 300;
  const id = isAccepted && isRecord(body) && typeof body.task_id === 'string' ? body.task_id : undefined;
  return (
    <section class={`panel ${isAccepted ? 'good' : 'bad'}-edge`} aria-labelledby="answer">
      <h2 id="answer">
        {isAccepted ? 'Accepted' : 'Refused'} <span class="code">HTTP {status}</span>
      </h2>
      {id !== undefined && (
        <p>
          Task <TaskLink id={id} whole />
        </p>
      )}
      {id !== undefined && (
        <p class="actions">
          <a class="button" href={hashOf({ view: 'task', id })}>
            Watch the task
          </a>
          {form.callbackTo === 'inbox' && (
            <a class="button" href={hashOf({ view: 'inbox', name: form.inboxName })}>
              Open the inbox
            </a>
          )}
        </p>
      )}
      <pre class="body" tabindex={0}>
        {typeof body === 'string' ? body : JSON.stringify(body, null, 2)}
      </pre>
    </section>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
