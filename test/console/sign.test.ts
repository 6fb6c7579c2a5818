import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { submission } from '../../console/api/submit.ts';
import { regionOf, signed } from '../../console/sign.ts';

const API = 'https://abc123.execute-api.eu-central-1.amazonaws.com';
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'AQoDYXdzEPT',
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 as AWS's reference has it, for a POST without a query. */
function signatureOf(
  path: string,
  headers: Record<string, string>,
  signedHeaders: string,
  body: string,
): string {
  const canonicalHeaders = signedHeaders.split(';').map((name) => `${name}:${headers[name]}\n`);
  const request = ['POST', path, '', canonicalHeaders.join(''), signedHeaders, sha256(body)].join('\n');
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/eu-central-1/execute-api/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const dayKey = hmac(`AWS4${credentials.secretAccessKey}`, time.slice(0, 8));
  const key = hmac(hmac(hmac(dayKey, 'eu-central-1'), 'execute-api'), 'aws4_request');
  return hmac(key, text).toString('hex');
}

describe('a task that the console submits to a stack with auth=iam', () => {
  it('is signed with the operator’s credentials, over its path, headers and body', async () => {
    const body = { task_name: 'sleep', input: { seconds: 1, note: 'grüße' } };
    const request = await signed(submission(API, { body, idempotency_key: 'order-1' }), {
      credentials,
      region: 'eu-central-1',
    });

    const [, signedHeaders = '', signature] =
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w{64})$/.exec(
        request.headers.authorization ?? '',
      ) ?? [];
    expect(signedHeaders.split(';')).toEqual(
      expect.arrayContaining([
        'content-type',
        'host',
        'idempotency-key',
        'x-amz-date',
        'x-amz-security-token',
      ]),
    );
    const sent = { ...request.headers, host: 'abc123.execute-api.eu-central-1.amazonaws.com' };
    expect(signature).toBe(signatureOf('/api/tasks', sent, signedHeaders, request.body));
    expect(request.headers.host).toBeUndefined();
  });

  it.each([
    [API, 'eu-central-1'],
    ['https://abc123.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['https://tasks.example.com', undefined],
  ])('goes to %s, which is in %s', (apiUrl, region) => {
    expect(regionOf(apiUrl)).toBe(region);
  });
});
