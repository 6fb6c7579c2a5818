import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { refuseSecondCopies } from '../../lib/refuse-second-copies.ts';
import { appFolder } from '../support/app-folder.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** An app that has constructs in its own node_modules, and a construct of that copy in a stack. */
function appWithOwnConstructs(): { app: string; scope: Construct } {
  const app = appFolder();
  rmSync(join(app, 'node_modules'));
  cpSync(join(REPOSITORY, 'node_modules/constructs'), join(app, 'node_modules/constructs'), {
    recursive: true,
  });
  const own: typeof import('constructs') = createRequire(join(app, 'package.json'))('constructs');
  return { app, scope: new own.Construct(new Stack(new App()), 'Scope') };
}

it('takes scopes of its own copies', () => {
  expect(() => refuseSecondCopies(new Stack(new App()), appFolder())).not.toThrow();
});

it('refuses a scope of another copy of constructs, and states both places', () => {
  const { app, scope } = appWithOwnConstructs();

  expect(() => refuseSecondCopies(scope, app)).toThrow(
    `constructs is installed twice: callback-completion uses ${REPOSITORY}/node_modules/constructs/lib/index.js, this app ${app}/node_modules/constructs/lib/index.js. Keep one of them: let the app ask for a version of constructs that callback-completion takes, then run npm dedupe.`,
  );
});

it('takes a scope of another copy if the app would find this one: a test runner may load one copy twice', () => {
  const { scope } = appWithOwnConstructs();

  expect(() => refuseSecondCopies(scope, appFolder())).not.toThrow();
});
