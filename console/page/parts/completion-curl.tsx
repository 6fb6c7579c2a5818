import type { TaskDetail } from '../../api-types.ts';
import { useAbout } from '../context.ts';
import { completionCurlOf } from '../model/curl.ts';
import { CopyButton } from './small.tsx';

/** How the outcome of a task is told whose work is done elsewhere: nobody here does it. */
export function CompletionCurl({ task }: { task: Pick<TaskDetail, 'task_id' | 'client'> }) {
  const about = useAbout();
  const command = completionCurlOf(task.task_id, about);
  return (
    <section class="panel" aria-labelledby="completion">
      <h2 id="completion" class="with-button">
        Tell its outcome <CopyButton text={command} what="the command" />
      </h2>
      <p class="muted">
        The work is done elsewhere, and whoever does it tells how it ended
        {about.auth !== 'none' && `, as the client ${task.client}: to any other the task does not exist`}.
      </p>
      <pre class="curl" tabindex={0}>
        {command}
      </pre>
      <p class="muted">
        Any JSON can be the result. A failure is <code>{'{"status":"failed","error":"why"}'}</code>
      </p>
    </section>
  );
}
