import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { About, Overview } from '../api-types.ts';
import { NoAnswer } from './client.ts';
import { AboutProvider, useAbout, usePace, useRoute } from './context.ts';
import { deadCount } from './model/dead-letters.ts';
import { hashOf, type Route } from './model/route.ts';
import { Failure, Loading } from './parts/notices.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { type Polled, usePoll } from './use-poll.ts';
import { AttentionView } from './views/attention-view.tsx';
import { DeadLettersView } from './views/dead-letters-view.tsx';
import { InboxView } from './views/inbox-view.tsx';
import { InboxesView } from './views/inboxes-view.tsx';
import { PipelineView } from './views/pipeline-view.tsx';
import { SubmitView } from './views/submit-view.tsx';
import { TaskView } from './views/task-view.tsx';
import { TasksView } from './views/tasks-view.tsx';

/** The page, once it is known what the console looks at. */
export function Shell() {
  const { value: about, error, refresh } = usePoll<About>('/console/api/about', undefined);
  if (about !== undefined) {
    return (
      <AboutProvider value={about}>
        <Console />
      </AboutProvider>
    );
  }
  return (
    <main>
      {error === undefined ? <Loading what="the console" /> : <Failure error={error} onRetry={refresh} />}
    </main>
  );
}

function Console() {
  const { name } = useAbout();
  const { live } = usePace();
  const route = useRoute();
  const overview = usePoll<Overview>('/console/api/overview', live);
  const main = useRef<HTMLElement>(null);
  const [isFirst, setFirst] = useState(true);
  const title = titleOf(route);

  useEffect(() => {
    document.title = `${title} – ${name}`;
  }, [title, name]);
  // Who reads by ear is told of the new view; the first one is read anyway. Before it is painted: later, it would take
  // the focus from a field in which somebody has begun to type.
  const address = hashOf(route).split('?')[0];
  useLayoutEffect(() => {
    if (isFirst) setFirst(false);
    else {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [address]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <TopBar route={route} overview={overview.value} />
      <div role="alert">
        {overview.error instanceof NoAnswer && (
          <p class="banner">
            {overview.error.message} What is shown may be old; it is asked again every few seconds.
          </p>
        )}
      </div>
      <main ref={main} tabindex={-1} aria-label={title}>
        <View key={address} route={route} overview={overview} />
      </main>
    </>
  );
}

function View({ route, overview }: { route: Route; overview: Polled<Overview> }) {
  switch (route.view) {
    case 'pipeline':
      return <PipelineView overview={overview} />;
    case 'tasks':
      return <TasksView filters={route.filters} />;
    case 'attention':
      return <AttentionView overview={overview.value} />;
    case 'task':
      return <TaskView id={route.id} />;
    case 'dead-letters':
      return (
        <DeadLettersView
          filters={route.filters}
          dead={overview.value === undefined ? undefined : deadCount(overview.value)}
        />
      );
    case 'inbox':
      return route.name === undefined ? <InboxesView /> : <InboxView name={route.name} />;
    case 'submit':
      return <SubmitView taskName={route.taskName} />;
    case 'unknown':
      return <Failure error={new Error(`There is no view ${route.hash}. Choose one above.`)} />;
  }
}

function titleOf(route: Route): string {
  switch (route.view) {
    case 'pipeline':
      return 'Pipeline';
    case 'tasks':
      return 'Tasks';
    case 'attention':
      return 'Needs attention';
    case 'task':
      return `Task ${route.id.slice(0, 8)}`;
    case 'dead-letters':
      return 'Dead letters';
    case 'inbox':
      return route.name === undefined ? 'Inbox' : `Inbox ${route.name}`;
    case 'submit':
      return 'Submit a task';
    case 'unknown':
      return 'Not found';
  }
}
