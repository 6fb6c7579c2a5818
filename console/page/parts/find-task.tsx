import { useState } from 'preact/hooks';
import { hashOf } from '../model/route.ts';
import { Field } from './field.tsx';

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Goes to a task by its id, also out of a log line that holds one. */
export function FindTask() {
  const [text, setText] = useState('');
  const [issue, setIssue] = useState<string | undefined>();
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        const [id] = ID.exec(text) ?? [];
        if (id === undefined) setIssue('A task’s id looks like 0c5e2f9a-6a51-4c39-9d5b-0b8f2a7c11de.');
        else location.hash = hashOf({ view: 'task', id: id.toLowerCase() });
      }}
    >
      <Field label="Find a task by its id" issue={issue}>
        <input
          value={text}
          placeholder="0c5e2f9a-…"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setIssue(undefined);
          }}
        />
      </Field>
      <button type="submit">Find</button>
    </form>
  );
}
