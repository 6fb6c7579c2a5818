import { useAbout } from '../context.ts';
import type { FormIssues, SubmitForm } from '../model/submission.ts';
import { Field } from './field.tsx';

interface Props {
  readonly form: SubmitForm;
  readonly issues: FormIssues;
  readonly onChange: (changed: Partial<SubmitForm>) => void;
}

/** What a request can say, a field each. */
export function SubmitFields({ form, issues, onChange }: Props) {
  const { samples, callbackFormats, inbox } = useAbout();
  const sample = samples.find(({ task_name }) => task_name === form.taskName);
  return (
    <>
      <Field label="Task" hint={sample?.note} issue={issues.taskName}>
        {samples.length === 0 ? (
          <input
            value={form.taskName}
            onInput={(event) => onChange({ taskName: event.currentTarget.value })}
          />
        ) : (
          <select
            value={form.taskName}
            onChange={(event) => onChange({ taskName: event.currentTarget.value })}
          >
            {samples.map(({ task_name, external }) => (
              <option key={task_name} value={task_name}>
                {task_name}
                {external ? ' (done elsewhere)' : ''}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Input, as JSON" issue={issues.inputText}>
        <textarea
          rows={Math.min(12, Math.max(3, form.inputText.split('\n').length))}
          spellcheck={false}
          value={form.inputText}
          onInput={(event) => onChange({ inputText: event.currentTarget.value })}
        />
      </Field>
      <Field label="Callback">
        <select
          value={form.callbackTo}
          onChange={(event) =>
            onChange({ callbackTo: event.currentTarget.value as SubmitForm['callbackTo'] })
          }
        >
          {inbox && <option value="inbox">to an inbox here</option>}
          <option value="url">to a URL</option>
          <option value="none">none, unless the task has one of its own</option>
        </select>
      </Field>
      {form.callbackTo === 'inbox' && (
        <Field label="Inbox" issue={issues.inboxName}>
          <input
            value={form.inboxName}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => onChange({ inboxName: event.currentTarget.value.trim() })}
          />
        </Field>
      )}
      {form.callbackTo === 'url' && (
        <Field label="Callback URL" issue={issues.callbackUrl}>
          <input
            type="url"
            value={form.callbackUrl}
            placeholder="https://receiver.example/callbacks"
            onInput={(event) => onChange({ callbackUrl: event.currentTarget.value.trim() })}
          />
        </Field>
      )}
      <details class="more" open={issues.delayText !== undefined || undefined}>
        <summary>Format, delay, Idempotency-Key</summary>
        <Field label="Callback format">
          <select value={form.format} onChange={(event) => onChange({ format: event.currentTarget.value })}>
            <option value="">the deployment’s own</option>
            {callbackFormats.map((format) => (
              <option key={format}>{format}</option>
            ))}
          </select>
        </Field>
        <Field
          label="Delay in seconds"
          hint="Up to 2,592,000 (30 days); empty: at once."
          issue={issues.delayText}
        >
          <input
            inputMode="numeric"
            value={form.delayText}
            onInput={(event) => onChange({ delayText: event.currentTarget.value.trim() })}
          />
        </Field>
        <Field
          label="Idempotency-Key"
          hint="The same key and request make one task, however often they are sent."
        >
          <input
            value={form.idempotencyKey}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => onChange({ idempotencyKey: event.currentTarget.value })}
          />
        </Field>
      </details>
    </>
  );
}
