import { useState } from 'preact/hooks';
import type { InboxCallback, InboxSummary } from '../../api-types.ts';
import { send } from '../client.ts';
import { useAbout, usePace } from '../context.ts';
import { hashOf } from '../model/route.ts';
import { counted } from '../model/words.ts';
import { CallbackItem } from '../parts/callback-item.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { ReceiverScript } from '../parts/receiver-script.tsx';
import { CopyButton } from '../parts/small.tsx';
import { usePoll } from '../use-poll.ts';

/** How many of the latest are shown; a busy inbox holds thousands. */
const SHOWN = 50;

/** What one inbox has taken, the latest first, and how it is to answer next. */
export function InboxView({ name }: { name: string }) {
  const { apiUrl } = useAbout();
  const { live } = usePace();
  const path = `/inbox/${encodeURIComponent(name)}`;
  const callbacks = usePoll<InboxCallback[]>(`${path}?limit=${SHOWN}`, live);
  const inboxes = usePoll<InboxSummary[]>('/inbox', live);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<Error | undefined>();
  const { value } = callbacks;
  const summary = inboxes.value?.find((one) => one.name === name);
  const pending = summary?.pending_responses ?? 0;
  // The two are asked one after the other: what is shown is there in any case.
  const count = Math.max(summary?.count ?? 0, value?.length ?? 0);
  const url = `${apiUrl}${path}`;

  const empty = () =>
    send('DELETE', path).then(() => {
      setError(undefined);
      callbacks.refresh();
    }, setError);

  return (
    <>
      <p class="crumb">
        <a href={hashOf({ view: 'inbox' })}>Inbox</a>
      </p>
      <h1>{name}</h1>
      <p class="id-line">
        <code>{url}</code> <CopyButton text={url} what="the URL" />
      </p>
      <ReceiverScript path={path} pending={pending} onChange={inboxes.refresh} />
      <section aria-labelledby="callbacks">
        <h2 id="callbacks">Callbacks</h2>
        {callbacks.error !== undefined && <Failure error={callbacks.error} onRetry={callbacks.refresh} />}
        {value === undefined && callbacks.error === undefined && <Loading what="callbacks" />}
        {value?.length === 0 && (
          <Empty title="Nothing has come here yet.">
            <a href={hashOf({ view: 'submit' })}>Submit a task</a> with this inbox as its callback.
          </Empty>
        )}
        {value !== undefined && value.length > 0 && (
          <>
            <ul class="callbacks">
              {value
                .map((callback, index) => ({ callback, number: count - value.length + index }))
                .reverse()
                .map(({ callback, number }) => (
                  <CallbackItem key={number} callback={callback} isLatest={number === count - 1} />
                ))}
            </ul>
            <p class="actions">
              <button type="button" onClick={() => setAsking(true)}>
                Empty this inbox…
              </button>
              <span class="muted">
                {counted(count, 'callback')}
                {count > value.length && `; the latest ${value.length} are shown`}
              </span>
            </p>
          </>
        )}
        {error !== undefined && <Failure error={error} />}
      </section>
      {isAsking && (
        <Confirm
          title={`Empty the inbox ${name}?`}
          action="Empty"
          onYes={empty}
          onClose={() => setAsking(false)}
        >
          The callbacks that it has taken are gone. Tasks and their ledger stay as they are.
        </Confirm>
      )}
    </>
  );
}
