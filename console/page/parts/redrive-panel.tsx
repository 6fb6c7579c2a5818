import { useEffect, useRef, useState } from 'preact/hooks';
import type { RedriveEnd, RedriveProgress } from '../../api-types.ts';
import { redrive } from '../client.ts';
import { redrivenTasks, redriveQuestion } from '../model/dead-letters.ts';
import { redriveIssue, redriveRequestOf, redriveWords } from '../model/redrive.ts';
import { type Filters, hashOf, queryOf } from '../model/route.ts';
import { Confirm } from './confirm.tsx';
import { Field } from './field.tsx';
import { Failure } from './notices.tsx';
import { SendAgainWords } from './send-again-words.tsx';
import { TallyTable } from './tally-table.tsx';

interface Props {
  readonly filters: Filters;
  /** Applies what is in the fields, and tells it. */
  readonly takeFilters: () => Filters;
  /** Letters of the list that there is something to send of; undefined: not known yet. */
  readonly sendable: number | undefined;
  /** There are more than are listed. */
  readonly more: boolean;
  /** There is nothing to redrive. */
  readonly isEmpty: boolean;
  /** While it is, nobody else should look into the queue. */
  readonly onBusy: (isBusy: boolean) => void;
}

interface Going {
  readonly isDryRun: boolean;
  readonly progress: RedriveProgress | RedriveEnd | undefined;
}

/** Preview first, then redrive; how far it is, and a way to stop. */
export function RedrivePanel({ filters, takeFilters, sendable, more, isEmpty, onBusy }: Props) {
  const [form, setForm] = useState({ limitText: '', rateText: '' });
  const [going, setGoing] = useState<Going | undefined>();
  const [error, setError] = useState<Error | undefined>();
  const [isAsking, setAsking] = useState(false);
  const stopping = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);

  // What was told of other filters is none of these.
  const started = useRef(queryOf(filters));
  useEffect(() => {
    if (started.current === queryOf(filters)) return;
    started.current = queryOf(filters);
    if (stopping.current !== undefined) onBusy(false);
    stopping.current?.abort();
    stopping.current = undefined;
    setGoing(undefined);
    setError(undefined);
    setAsking(false);
  }, [filters]);

  const take = () => {
    const taken = takeFilters();
    started.current = queryOf(taken);
    return taken;
  };
  const issue = redriveIssue(form);
  const end = going?.progress !== undefined && 'finished' in going.progress ? going.progress : undefined;
  const isPreviewed = going?.isDryRun === true && end !== undefined;
  const isBusy = going !== undefined && end === undefined && error === undefined;

  const start = async (isDryRun: boolean) => {
    const chosen = take();
    const ending = new AbortController();
    stopping.current = ending;
    setError(undefined);
    setGoing({ isDryRun, progress: undefined });
    onBusy(true);
    try {
      const request = redriveRequestOf(chosen, form, isDryRun);
      await redrive(request, (progress) => setGoing({ isDryRun, progress }), ending.signal);
    } catch (failure) {
      if (stopping.current !== ending) return;
      const stopped = new Error('Stopped. What is not redriven is still in the DLQ.');
      setError(ending.signal.aborted ? stopped : (failure as Error));
    }
    onBusy(false);
  };

  if (isEmpty && going === undefined) return null;
  return (
    <section class="panel redrive" aria-labelledby="redrive">
      <h2 id="redrive">Redrive</h2>
      <SendAgainWords />
      <p class="muted">{scopeWords(filters)}</p>
      <div class="filters">
        <Field label="At most">
          <input
            inputMode="numeric"
            placeholder="all"
            value={form.limitText}
            onInput={(event) => setForm({ ...form, limitText: event.currentTarget.value.trim() })}
          />
        </Field>
        <Field label="A second">
          <input
            inputMode="numeric"
            placeholder="100"
            value={form.rateText}
            onInput={(event) => setForm({ ...form, rateText: event.currentTarget.value.trim() })}
          />
        </Field>
      </div>
      {issue !== undefined && (
        <p class="issue" role="alert">
          {issue}
        </p>
      )}
      <p class="actions">
        <button
          type="button"
          class={isPreviewed ? '' : 'primary'}
          disabled={isBusy || issue !== undefined}
          onClick={() => start(true)}
        >
          Preview
        </button>
        <button
          type="button"
          class={isPreviewed ? 'primary' : ''}
          disabled={isBusy || isEmpty || issue !== undefined}
          onClick={() => {
            take();
            setAsking(true);
          }}
        >
          Redrive…
        </button>
        {isBusy && (
          <button type="button" onClick={() => stopping.current?.abort()}>
            Stop
          </button>
        )}
      </p>
      {isBusy && (
        <progress
          aria-label="Progress of the redrive"
          max={going.progress?.total ?? 1}
          value={going.progress?.total === undefined ? undefined : going.progress.done}
        />
      )}
      <div role="status">
        {going?.progress !== undefined && (
          <p class={end !== undefined && !going.isDryRun ? 'good' : ''}>
            {redriveWords(going.progress, going.isDryRun)}
            {end !== undefined && !going.isDryRun && end.redriven > 0 && (
              <>
                {' '}
                <a href={hashOf({ view: 'tasks', filters: redrivenTasks(end.tally) })}>See the tasks</a>
              </>
            )}
          </p>
        )}
      </div>
      {error !== undefined && <Failure error={error} />}
      {end?.problem !== undefined && <Failure error={new Error(end.problem)} />}
      {end !== undefined && end.tally.length > 0 && <TallyTable tally={end.tally} />}
      {isAsking && (
        <Confirm
          title={redriveQuestion({
            sendable,
            more,
            limit: form.limitText === '' ? undefined : Number(form.limitText),
          })}
          action="Redrive"
          onYes={() => start(false)}
          onClose={() => setAsking(false)}
        >
          {scopeWords(filters)} Each is sent again, to hosts that are well and to those that are not.
        </Confirm>
      )}
    </section>
  );
}

function scopeWords(filters: Filters): string {
  const given = Object.entries(filters);
  if (given.length === 0) return 'All dead letters: no filter is set.';
  return `Dead letters with ${given.map(([name, value]) => `${name.replace('_', ' ')} ${value}`).join(', ')}.`;
}
