import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transcripts, transcriptsIn } from '../../examples/callback-transcripts.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const told =
  'the transcripts in docs/callbacks.md are what curl shows today (else: npm run docs:transcripts)';

it.skipIf(!hasCurl)(hasCurl ? told : `${told}: skipped, there is no curl on this machine`, async () => {
  const page = readFileSync(new URL('../../docs/callbacks.md', import.meta.url), 'utf8');

  expect(`\n${await transcripts(pipeline.stack.url)}`).toBe(transcriptsIn(page));
});
