import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndpoints } from '../../local/endpoints-file.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(async () => {
  await pipeline?.stop();
});

describe('where a running stack is reached', () => {
  it('is told in its state folder, to its owner only', () => {
    const { url, endpoints } = pipeline.stack;

    expect(readEndpoints(pipeline.state)).toEqual({
      apiUrl: url,
      engines: endpoints,
      ledgerTable: expect.stringContaining('Ledger'),
      queueUrls: {
        tasks: expect.stringContaining(`${endpoints.sqs}/000000000000/`),
        callbacks: expect.stringContaining(`${endpoints.sqs}/000000000000/`),
        'dead-letters': expect.stringContaining(`${endpoints.sqs}/000000000000/`),
      },
      masterSecretArn: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:/),
      // The app of these tests is synthesized with a deadline of 4 s and the default retention of 30 days.
      settings: { deliveryDeadlineSeconds: '4', retentionSeconds: '2592000', auth: 'iam' },
      client: 'arn:aws:iam::000000000000:user/local',
    });
    expect(statSync(join(pipeline.state, 'endpoints.json')).mode & 0o777).toBe(0o600);
  });

  it('is told no more once the stack has stopped', async () => {
    await pipeline.stack.stop();

    expect(readEndpoints(pipeline.state)).toBeUndefined();
  });

  it('is not told where none has run', () => {
    expect(readEndpoints(temporaryDirectory())).toBeUndefined();
  });
});
