import { useState } from 'preact/hooks';
import type { LetterList } from '../../api-types.ts';
import { usePace } from '../context.ts';
import { type Filters, hashOf, queryOf } from '../model/route.ts';
import { FilterForm } from '../parts/filter-form.tsx';
import { LetterTable } from '../parts/letter-table.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { RedrivePanel } from '../parts/redrive-panel.tsx';
import { usePoll } from '../use-poll.ts';

const FIELDS = [
  { name: 'host', label: 'Receiver’s host', placeholder: 'receiver.example' },
  {
    name: 'reason',
    label: 'Reason',
    options: [
      'deadline-passed',
      'gone',
      'url-refused',
      'receives-exhausted',
      'settled',
      'not-dead-yet',
      'unknown-task',
      'malformed',
    ],
  },
  { name: 'task', label: 'Task', placeholder: 'generate-report' },
  { name: 'older_than', label: 'Older than', placeholder: '15m' },
] as const;

/** Each look reads the whole queue. */
const LOOKS_EVERY_MS = 10_000;

/** What was given up: look, narrow down, preview, redrive. */
export function DeadLettersView({ filters }: { filters: Filters }) {
  const { list } = usePace();
  // Looking into the queue hides its letters for a moment: two who look at once would each see a part.
  const [isRedriving, setRedriving] = useState(false);
  const query = queryOf(filters);
  const { value, error, refresh } = usePoll<LetterList>(
    `/console/api/dlq${query}`,
    list === undefined ? undefined : LOOKS_EVERY_MS,
    isRedriving,
  );
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">
        Callbacks that were given up. Mend the receiver first; then redrive: each is sent again under its own
        id.
      </p>
      <FilterForm
        fields={FIELDS}
        filters={filters}
        onChange={(next) => {
          location.hash = hashOf({ view: 'dead-letters', filters: next });
        }}
      />
      {error !== undefined && <Failure error={error} onRetry={refresh} />}
      {value === undefined && error === undefined && <Loading what="dead letters" />}
      {value?.letters.length === 0 && (
        <Empty title={query === '' ? 'No dead letters.' : 'No dead letter like that.'}>
          {query === ''
            ? 'Every callback was delivered, or is still being tried.'
            : 'Clear a filter to see the others.'}
        </Empty>
      )}
      {value !== undefined && value.letters.length > 0 && (
        <>
          <LetterTable letters={value.letters} onReplayed={refresh} />
          <p class="actions">
            <button type="button" onClick={refresh}>
              Refresh
            </button>
            <span class="muted">
              {value.letters.length} shown
              {value.more && '; there are more, and a redrive takes all that fit the filters'}
            </span>
          </p>
        </>
      )}
      <RedrivePanel
        key={query}
        filters={filters}
        onBusy={setRedriving}
        isEmpty={value !== undefined && value.letters.length === 0}
      />
    </>
  );
}
