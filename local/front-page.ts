import type { ServerResponse } from 'node:http';
import type { RouteDescription } from './stack-description.ts';

/** Tells what is served here. */
export function frontPage(
  response: ServerResponse,
  url: string,
  routes: readonly RouteDescription[],
  inboxes: ReadonlyMap<string, number>,
): void {
  const lines = [
    'callback-completion, running locally',
    '',
    'HTTP API',
    ...routes.map(({ routeKey }) => `  ${routeKey}`).sort(),
    '',
    'Inbox: a receiver to try callbacks with',
    '  POST /inbox/{name}            takes a callback',
    '  GET /inbox/{name}             lists what came; DELETE empties it',
    '  PUT /inbox/{name}/responses   scripts the next answers',
    ...[...inboxes].map(([name, count]) => `  ${url}/inbox/${name} holds ${count}`),
    '',
  ];
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(lines.join('\n'));
}
