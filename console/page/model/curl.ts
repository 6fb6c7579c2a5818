/** A request as a command line that does the same. Pure. */
import type { About, SubmitRequest } from '../../api-types.ts';

/** Submits a task. For a POSIX shell, on several lines. */
export function curlOf({ body, idempotency_key }: SubmitRequest, about: About): string {
  const key = idempotency_key === undefined ? [] : [`-H ${quoted(`idempotency-key: ${idempotency_key}`)}`];
  return post('/api/tasks', key, body, about);
}

/** Tells the outcome of a task whose work is done elsewhere. */
export function completionCurlOf(taskId: string, about: About): string {
  const body = { status: 'completed', result: { approved: true } };
  return post(`/api/tasks/${taskId}/completion`, [], body, about);
}

function post(path: string, headers: readonly string[], body: unknown, { apiUrl, auth }: About): string {
  return [
    `curl -X POST ${quoted(`${apiUrl}${path}`)}`,
    ...credentials(auth, apiUrl),
    "-H 'content-type: application/json'",
    ...headers,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

function credentials(auth: About['auth'], apiUrl: string): string[] {
  switch (auth) {
    case 'none':
      return [];
    case 'iam': {
      const [, region = 'REGION'] = /\.execute-api\.([a-z0-9-]+)\./.exec(apiUrl) ?? [];
      return [
        `--aws-sigv4 'aws:amz:${region}:execute-api'`,
        '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
        '-H "x-amz-security-token: $AWS_SESSION_TOKEN"',
      ];
    }
    case 'jwt':
      return ['-H "authorization: Bearer $TOKEN"'];
    case 'api-key':
      return ['-H "authorization: Bearer $API_KEY"'];
  }
}

/** Nothing within single quotes means anything to a shell but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
