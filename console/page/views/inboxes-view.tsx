import { useState } from 'preact/hooks';
import type { InboxSummary } from '../../api-types.ts';
import { useAbout, usePace } from '../context.ts';
import { hashOf } from '../model/route.ts';
import { Field } from '../parts/field.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { When } from '../parts/small.tsx';
import { usePoll } from '../use-poll.ts';

/** The receivers to try callbacks with. */
export function InboxesView() {
  const { inbox, apiUrl } = useAbout();
  const { live } = usePace();
  const { value, error, refresh } = usePoll<InboxSummary[]>(inbox ? '/inbox' : undefined, live);
  return (
    <>
      <h1>Inbox</h1>
      {!inbox && (
        <Empty title="There is no inbox here.">
          It is a receiver to try callbacks with, on the local stack: <code>npm start</code>
        </Empty>
      )}
      {inbox && (
        <>
          <p class="lead">
            A receiver to try callbacks with: it checks each signature, and can be told to fail. Any name will
            do; its URL is <code>{`${apiUrl}/inbox/{name}`}</code>
          </p>
          <OpenInbox />
          {error !== undefined && <Failure error={error} onRetry={refresh} />}
          {value === undefined && error === undefined && <Loading what="inboxes" />}
          {value?.length === 0 && (
            <Empty title="No callback has come yet.">
              <a href={hashOf({ view: 'submit' })}>Submit a task</a>: its callback comes here.
            </Empty>
          )}
          {value !== undefined && value.length > 0 && <InboxTable inboxes={value} />}
        </>
      )}
    </>
  );
}

function OpenInbox() {
  const [name, setName] = useState('demo');
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== '') location.hash = hashOf({ view: 'inbox', name });
      }}
    >
      <Field label="Open an inbox by its name">
        <input
          value={name}
          pattern="[A-Za-z0-9._~\-]{1,64}"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value.trim())}
        />
      </Field>
      <button type="submit">Open</button>
    </form>
  );
}

function InboxTable({ inboxes }: { inboxes: readonly InboxSummary[] }) {
  return (
    <div class="scroller">
      <table>
        <caption class="unseen">Inboxes</caption>
        <thead>
          <tr>
            <th scope="col">Inbox</th>
            <th scope="col" class="number">
              Callbacks
            </th>
            <th scope="col" class="number">
              Verified
            </th>
            <th scope="col">Last</th>
            <th scope="col" class="number wide-only">
              Scripted
            </th>
          </tr>
        </thead>
        <tbody>
          {inboxes.map(({ name, count, last_at, verified, pending_responses }) => (
            <tr key={name}>
              <th scope="row">
                <a href={hashOf({ view: 'inbox', name })}>{name}</a>
              </th>
              <td class="number">{count}</td>
              <td class="number">{verified}</td>
              <td class="nowrap">
                {last_at === null ? <span class="muted">never</span> : <When at={last_at} />}
              </td>
              <td class="number wide-only">{pending_responses}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
