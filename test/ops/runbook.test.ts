import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runbookTranscript, transcriptIn } from '../../ops/runbook-transcript.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const told = 'five callbacks die and are redriven as docs/runbook.md shows it';

it.skipIf(!hasCurl)(
  hasCurl ? told : `${told}: skipped, there is no curl on this machine`,
  { timeout: 60_000 },
  async () => {
    const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

    const today = await runbookTranscript(pipeline.stack.url, pipeline.state);

    expect(today).toContain('Would redrive 5 dead letters of host 127.0.0.1:19000; looked at 5.');
    expect(today).toContain('5 delivered tasks in the local stack in .local.');
    expect(alike(today)).toBe(alike(transcriptIn(page)));
  },
);

/** What differs from run to run, made the same; the attempts and the order in which tasks die are left out. */
function alike(transcript: string): string {
  return transcript
    .replaceAll(/^ +\d+ {2}\d{4}-.*\n/gm, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/ +\d+[sm] {2}/g, '  AGE  ')
    .replaceAll(/ +AGE {2}/g, '  AGE  ')
    .replaceAll(/ +\d+$/gm, ' N')
    .replaceAll(/^attempts +N$/gm, 'attempts N')
    .replaceAll(/ +TOOK$/gm, ' TOOK')
    .replaceAll(/ +(TRIES|COUNT)$/gm, ' $1');
}
