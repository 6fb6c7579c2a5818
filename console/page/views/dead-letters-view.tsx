import { useEffect, useRef, useState } from 'preact/hooks';
import type { LetterList } from '../../api-types.ts';
import { usePace } from '../context.ts';
import { REASON_WORDS } from '../model/dead-letters.ts';
import { type Filters, hashOf, queryOf } from '../model/route.ts';
import { type FilterField, FilterForm } from '../parts/filter-form.tsx';
import { LetterTable } from '../parts/letter-table.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { RedrivePanel } from '../parts/redrive-panel.tsx';
import { usePoll } from '../use-poll.ts';

const FIELDS: readonly FilterField[] = [
  { name: 'host', label: 'Receiver’s host', placeholder: 'receiver.example' },
  {
    name: 'reason',
    label: 'Reason',
    options: Object.keys(REASON_WORDS),
    words: REASON_WORDS,
  },
  { name: 'task', label: 'Task', placeholder: 'generate-report' },
  { name: 'older_than', label: 'Older than', placeholder: '15m' },
];

/** Each look reads the whole queue. */
const LOOKS_EVERY_MS = 10_000;

/** What was given up: look, narrow down, preview, redrive. */
export function DeadLettersView({ filters, dead }: { filters: Filters; dead: number | undefined }) {
  const { list } = usePace();
  // Looking into the queue hides its letters for a moment: two who look at once would each see a part.
  const [isRedriving, setRedriving] = useState(false);
  const query = queryOf(filters);
  const { value, error, refresh } = usePoll<LetterList>(
    `/console/api/dlq${query}`,
    list === undefined ? undefined : LOOKS_EVERY_MS,
    isRedriving,
  );
  // The list must not contradict the number above it.
  const known = useRef(dead);
  useEffect(() => {
    if (known.current !== undefined && known.current !== dead) refresh();
    known.current = dead;
  }, [dead]);
  const typed = useRef(filters);
  const choose = (next: Filters) => {
    location.hash = hashOf({ view: 'dead-letters', filters: next });
  };
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
        onChange={choose}
        onTyped={(next) => {
          typed.current = next;
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
        filters={filters}
        takeFilters={() => {
          if (queryOf(typed.current) !== query) choose(typed.current);
          return typed.current;
        }}
        sendable={value?.letters.filter(({ silent }) => !silent).length}
        more={value?.more ?? false}
        onBusy={setRedriving}
        isEmpty={value !== undefined && value.letters.length === 0}
      />
    </>
  );
}
