import { hashOf } from '../model/route.ts';

/** The two lists of tasks. */
export function TasksTabs({ current }: { current: 'recent' | 'attention' }) {
  return (
    <nav class="tabs" aria-label="Lists of tasks">
      <a
        href={hashOf({ view: 'tasks', filters: {} })}
        aria-current={current === 'recent' ? 'page' : undefined}
      >
        Recent
      </a>
      <a href={hashOf({ view: 'attention' })} aria-current={current === 'attention' ? 'page' : undefined}>
        Needs attention
      </a>
    </nav>
  );
}
