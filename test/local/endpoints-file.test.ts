import { statSync, writeFileSync } from 'node:fs';
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
      engines: endpoints,
      pipelines: [
        {
          name: 'CallbackCompletion/Pipeline',
          id: 'Pipeline',
          apiUrl: url,
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
        },
      ],
    });
    expect(statSync(join(pipeline.state, 'endpoints.json')).mode & 0o777).toBe(0o600);
  });

  it('is told no more once the stack has stopped', async () => {
    await pipeline.stack.stop();

    expect(readEndpoints(pipeline.state)).toBeUndefined();
  });

  it('is not told where none has run', () => {
    expect(readEndpoints(temporaryDirectory())).toBeUndefined();
    expect(readEndpoints(import.meta.filename)).toBeUndefined();
  });

  it('is understood if a stack of 0.1.0 has written it, which runs one pipeline', () => {
    const written = {
      apiUrl: 'http://localhost:7070',
      engines: {
        sqs: 'http://127.0.0.1:1',
        dynamodb: 'http://127.0.0.1:2',
        secretsManager: 'http://127.0.0.1:3',
      },
      ledgerTable: 'Ledger',
      queueUrls: { tasks: 'http://127.0.0.1:1/000000000000/Tasks' },
      client: 'arn:aws:iam::000000000000:user/local',
    };

    expect(readEndpoints(folderWith(JSON.stringify(written)))).toEqual({
      engines: {
        sqs: 'http://127.0.0.1:1',
        dynamodb: 'http://127.0.0.1:2',
        secretsManager: 'http://127.0.0.1:3',
      },
      pipelines: [
        {
          name: 'CallbackCompletion/Pipeline',
          id: 'Pipeline',
          apiUrl: 'http://localhost:7070',
          ledgerTable: 'Ledger',
          queueUrls: { tasks: 'http://127.0.0.1:1/000000000000/Tasks' },
          client: 'arn:aws:iam::000000000000:user/local',
        },
      ],
    });
  });

  it.each(['{"engines": {}}', '{"engi'])('is refused with what to do if the file has %s', (text) => {
    const state = folderWith(text);

    expect(() => readEndpoints(state)).toThrow(
      `${join(state, 'endpoints.json')} is not a file of this version of callback-completion. Stop the local stack that wrote it, and start it again.`,
    );
  });
});

function folderWith(text: string): string {
  const state = temporaryDirectory();
  writeFileSync(join(state, 'endpoints.json'), text);
  return state;
}
