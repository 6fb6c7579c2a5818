import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, SymlinkFollowMode } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '../lambda/contract/settings.ts';
import { LOCAL_BUILD_VARIABLE, runBuildSync } from './build/run-build.ts';
import type { TaskSummary } from './build/task-summary.ts';
import { buildFor } from './build-request.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

/** The code of a pipeline's functions, built for the app's tasks. */
export class PipelineCode {
  /**
   * The tasks that were found. Undefined if the CDK asked for a synthesis without code (`cdk list`, or the context
   * `aws:cdk:bundling-stacks`), which evaluates no definition. The local stack asks for it to skip the bundling of other
   * constructs, and always needs this code.
   */
  readonly tasks: readonly TaskSummary[] | undefined;
  readonly #folder: string | undefined;

  /** @throws BuildError with the file, what is wrong and what to do */
  constructor(scope: Construct, settings: PipelineSettings) {
    const local = process.env[LOCAL_BUILD_VARIABLE] === '1';
    if (!local && !Stack.of(scope).bundlingRequired) return;
    this.#folder = temporaryFolder();
    this.tasks = runBuildSync({
      ...buildFor(settings),
      outputFolder: this.#folder,
      local,
    });
  }

  /** The code of one function; without code, a stand-in. */
  of(name: FunctionName): Code {
    if (this.#folder === undefined) return Code.fromInline('// synthesized without code');
    // A local build links packages of the app, which belong to no asset.
    return Code.fromAsset(join(this.#folder, name), { followSymlinks: SymlinkFollowMode.NEVER });
  }
}

/** Kept until the process ends: the CDK copies assets from it while constructs are made. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-build-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
