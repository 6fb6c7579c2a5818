import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LOCAL_BUILD_VARIABLE } from '../../lib/build/run-build.ts';
import type { Template } from './template-schema.ts';

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** An app of somebody's own, synthesized with the code of its functions as `npm start` does it. */
export interface AppAssembly {
  /** For `startLocalStack`. */
  readonly directory: string;
  readonly template: Template;
  /** Deletes the directory. */
  remove(): void;
}

/** @param define adds to the app's one stack, which is called Shop, what it shall have */
export function synthesizeApp(define: (stack: Stack) => void): AppAssembly {
  const directory = mkdtempSync(join(tmpdir(), 'callback-completion-shop-'));
  const app = new App({ context: cdkJson.context, outdir: directory });
  process.env[LOCAL_BUILD_VARIABLE] = '1';
  try {
    define(new Stack(app, 'Shop'));
  } finally {
    delete process.env[LOCAL_BUILD_VARIABLE];
  }
  app.synth();
  return {
    directory,
    template: JSON.parse(readFileSync(join(directory, 'Shop.template.json'), 'utf8')),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
