import type { Overview } from '../../api-types.ts';
import { useAbout } from '../context.ts';
import { deadCount } from '../model/dead-letters.ts';
import { hashOf, type Route } from '../model/route.ts';
import { count } from '../model/words.ts';
import { useTheme } from '../theme.ts';

/** What the console looks at, the views, and how many wait for somebody there. */
export function TopBar({ route, overview }: { route: Route; overview: Overview | undefined }) {
  const { name, version, inbox } = useAbout();
  const [theme, nextTheme] = useTheme();
  const dead = overview === undefined ? 0 : deadCount(overview);
  const items = [
    { href: hashOf({ view: 'pipeline' }), label: 'Pipeline', views: ['pipeline'] },
    {
      href: hashOf({ view: 'tasks', filters: {} }),
      label: 'Tasks',
      views: ['tasks', 'task', 'attention'],
      waiting: overview?.attention ?? 0,
    },
    {
      href: hashOf({ view: 'dead-letters', filters: {} }),
      label: 'Dead letters',
      views: ['dead-letters'],
      waiting: dead,
    },
    ...(inbox ? [{ href: hashOf({ view: 'inbox' }), label: 'Inbox', views: ['inbox'] }] : []),
    { href: hashOf({ view: 'submit' }), label: 'Submit', views: ['submit'] },
  ];
  return (
    <header>
      <div class="brand">
        <strong>callback-completion</strong>
        <span class="muted name">
          {name} <span class="wide-only">· {version}</span>
        </span>
        <button type="button" class="small theme" onClick={nextTheme}>
          <span class="unseen">Colours: {theme}</span>
          <span aria-hidden="true">
            ◐<span class="wide-only"> {theme}</span>
          </span>
        </button>
      </div>
      <nav aria-label="Views">
        {items.map(({ href, label, views, waiting = 0 }) => (
          <a key={href} href={href} aria-current={views.includes(route.view) ? 'page' : undefined}>
            {label}
            {waiting > 0 && <span class="waiting">{count(waiting)}</span>}
          </a>
        ))}
      </nav>
    </header>
  );
}
