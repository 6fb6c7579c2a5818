/** Which view the address asks for. Pure: the hash is given, never read. */

/** What a list is narrowed to, as the API's query names it. */
export type Filters = Readonly<Record<string, string>>;

export type Route =
  | { readonly view: 'pipeline' }
  | { readonly view: 'tasks'; readonly filters: Filters }
  | { readonly view: 'attention' }
  | { readonly view: 'task'; readonly id: string }
  | { readonly view: 'dead-letters'; readonly filters: Filters }
  | { readonly view: 'inbox'; readonly name?: string }
  | { readonly view: 'submit'; readonly taskName?: string }
  | { readonly view: 'unknown'; readonly hash: string };

/** @param hash of the address, `#/tasks?status=dead` */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const filters = Object.fromEntries([...new URLSearchParams(query)].filter(([, value]) => value !== ''));
  const [, view = '', rest] = /^\/?([^/]*)(?:\/(.+))?$/.exec(path) ?? [];
  const name = rest === undefined ? undefined : decoded(rest);
  switch (view) {
    case '':
      return { view: 'pipeline' };
    case 'tasks':
      if (name === 'attention') return { view: 'attention' };
      return name === undefined ? { view: 'tasks', filters } : { view: 'task', id: name };
    case 'dead-letters':
      return { view: 'dead-letters', filters };
    case 'inbox':
      return name === undefined ? { view: 'inbox' } : { view: 'inbox', name };
    case 'submit':
      return filters.task === undefined ? { view: 'submit' } : { view: 'submit', taskName: filters.task };
    default:
      return { view: 'unknown', hash };
  }
}

/** The address of a view; `routeOf` reads it back. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case 'pipeline':
      return '#/';
    case 'tasks':
      return `#/tasks${queryOf(route.filters)}`;
    case 'attention':
      return '#/tasks/attention';
    case 'task':
      return `#/tasks/${encodeURIComponent(route.id)}`;
    case 'dead-letters':
      return `#/dead-letters${queryOf(route.filters)}`;
    case 'inbox':
      return route.name === undefined ? '#/inbox' : `#/inbox/${encodeURIComponent(route.name)}`;
    case 'submit':
      return `#/submit${queryOf(route.taskName === undefined ? {} : { task: route.taskName })}`;
    case 'unknown':
      return route.hash;
  }
}

/** `?host=receiver.example&limit=50`; empty where nothing is asked for. */
export function queryOf(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
