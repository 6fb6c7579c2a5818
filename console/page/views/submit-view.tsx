import { useState } from 'preact/hooks';
import type { SubmitAnswer } from '../../api-types.ts';
import { send } from '../client.ts';
import { useAbout } from '../context.ts';
import { curlOf } from '../model/curl.ts';
import { type FormIssues, formOf, inputTextOf, requestOf, type SubmitForm } from '../model/submission.ts';
import { Failure } from '../parts/notices.tsx';
import { CopyButton } from '../parts/small.tsx';
import { SubmitFields } from '../parts/submit-fields.tsx';
import { SubmitResult } from '../parts/submit-result.tsx';

/** A task, by a form; the same as a command line beside it. */
export function SubmitView({ taskName }: { taskName?: string | undefined }) {
  const about = useAbout();
  const { samples, apiUrl, inbox } = about;
  const first = samples.find(({ task_name }) => task_name === taskName) ?? samples[0];
  const [form, setForm] = useState<SubmitForm>(() => formOf(first, inbox));
  const [issues, setIssues] = useState<FormIssues>({});
  const [answer, setAnswer] = useState<SubmitAnswer | Error | undefined>();
  const [isBusy, setBusy] = useState(false);
  const made = requestOf(form, apiUrl);

  const change = (changed: Partial<SubmitForm>) => {
    const sample = samples.find(({ task_name }) => task_name === changed.taskName);
    setForm({ ...form, ...changed, ...(sample !== undefined && { inputText: inputTextOf(sample) }) });
    setIssues({});
    setAnswer(undefined);
  };
  const submit = async () => {
    setAnswer(undefined);
    if ('issues' in made) return setIssues(made.issues);
    setBusy(true);
    try {
      setAnswer(await send<SubmitAnswer>('POST', '/console/api/submit', made.request));
    } catch (error) {
      setAnswer(error as Error);
    }
    setBusy(false);
  };

  return (
    <>
      <h1>Submit a task</h1>
      <div class="columns even">
        <form
          class="submit"
          novalidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <SubmitFields form={form} issues={issues} onChange={change} />
          <p class="actions">
            <button type="submit" class="primary" disabled={isBusy}>
              {isBusy ? 'Submitting…' : 'Submit'}
            </button>
          </p>
        </form>
        <div>
          <section class="panel" aria-labelledby="curl">
            <h2 id="curl" class="with-button">
              The same by curl{' '}
              {'request' in made && <CopyButton text={curlOf(made.request, about)} what="the command" />}
            </h2>
            {'request' in made ? (
              <pre class="curl" tabindex={0}>
                {curlOf(made.request, about)}
              </pre>
            ) : (
              <p class="muted">Here once the form can be sent. {Object.values(made.issues).join(' ')}</p>
            )}
          </section>
          <div role="status">
            {answer !== undefined && !(answer instanceof Error) && (
              <SubmitResult answer={answer} form={form} />
            )}
          </div>
          {answer instanceof Error && <Failure error={answer} />}
        </div>
      </div>
    </>
  );
}
