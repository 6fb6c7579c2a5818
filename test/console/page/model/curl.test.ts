import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { About, SubmitRequest } from '../../../../console/api-types.ts';
import { completionCurlOf, curlOf } from '../../../../console/page/model/curl.ts';

const about = (auth: About['auth'], apiUrl = 'http://127.0.0.1:7071'): About => ({
  name: 'the local stack in .local',
  isLocal: auth === 'none',
  apiUrl,
  auth,
  version: '0.1.0',
  samples: [],
  callbackFormats: [],
  inbox: false,
});

/** What a shell makes of a command line. */
function argumentsOf(command: string, env: Record<string, string> = {}): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the command line', () => {
  it('says the same as the form', () => {
    const request: SubmitRequest = { body: { task_name: 'sleep', input: { seconds: 5 } } };

    expect(curlOf(request, about('none'))).toBe(
      `curl -X POST 'http://127.0.0.1:7071/api/tasks' \\
  -H 'content-type: application/json' \\
  -d '{"task_name":"sleep","input":{"seconds":5}}'`,
    );
  });

  it('tells the outcome of work that is done elsewhere', () => {
    expect(completionCurlOf('0c5e2f9a', about('api-key'))).toBe(
      `curl -X POST 'http://127.0.0.1:7071/api/tasks/0c5e2f9a/completion' \\
  -H "authorization: Bearer $API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"status":"completed","result":{"approved":true}}'`,
    );
  });

  it('means to a shell what it says, whatever is in it', () => {
    const body = { input: `it's "$HOME" \`id\` \\ !! \n;` };

    const given = argumentsOf(curlOf({ body, idempotency_key: "o'brien" }, about('none')));

    expect(given).toContain(JSON.stringify(body));
    expect(given).toContain("idempotency-key: o'brien");
  });

  it('signs with the credentials of the shell for iam', () => {
    const api = about('iam', 'https://abc123.execute-api.eu-west-1.amazonaws.com');
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    };

    expect(argumentsOf(curlOf({ body: {} }, api), env)).toEqual([
      '-X',
      'POST',
      'https://abc123.execute-api.eu-west-1.amazonaws.com/api/tasks',
      '--aws-sigv4',
      'aws:amz:eu-west-1:execute-api',
      '--user',
      'AKIDEXAMPLE:secret',
      '-H',
      'x-amz-security-token: session',
      '-H',
      'content-type: application/json',
      '-d',
      '{}',
    ]);
  });

  it.each(['jwt', 'api-key'] as const)('leaves the secret of %s to the shell', (auth) => {
    expect(curlOf({ body: {} }, about(auth))).toMatch(/-H "authorization: Bearer \$(TOKEN|API_KEY)"/);
  });
});
