/** Small things that every view is made of. */
import { useEffect, useState } from 'preact/hooks';
import type { TaskRow } from '../../api-types.ts';
import { useNow } from '../context.ts';
import { hashOf } from '../model/route.ts';
import { absoluteTime, relativeTime } from '../model/words.ts';

export function Status({ of }: { of: TaskRow['status'] }) {
  return <span class={`status ${of}`}>{of}</span>;
}

/** A time as people say it; the exact one is a hover away. */
export function When({ at }: { at: string }) {
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={absoluteTime(atMs)}>
      {relativeTime(atMs, useNow())}
    </time>
  );
}

/** An id's first digits tell tasks apart; the whole one is in the title, and copied. */
export function TaskLink({ id, whole = false }: { id: string; whole?: boolean }) {
  if (id === '') return <span class="muted">unreadable</span>;
  return (
    <a class="id" href={hashOf({ view: 'task', id })} title={id}>
      {whole ? id : id.slice(0, 8)}
    </a>
  );
}

const SHOWN_MS = 1_500;

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [told, setTold] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setTold(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setTold('Copied'),
      () => setTold('Not allowed: mark and copy it'),
    );
  return (
    <button type="button" class="small" onClick={copy}>
      {told === '' ? 'Copy' : told}
      <span class="unseen">{told === '' ? ` ${what}` : ''}</span>
      <span class="unseen" role="status">
        {told}
      </span>
    </button>
  );
}
