import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BuildError } from '../../lib/build/build-error.ts';
import { findTasks } from '../../lib/build/find-tasks.ts';
import { buildFor, type DeploymentBuild } from '../../lib/build-request.ts';
import { CallbackCompletionStack, SAMPLES, STACK_SETTINGS } from '../../lib/callback-completion-stack.ts';
import { refuseUnknownSettings } from '../../lib/context-settings.ts';
import { APP_FOLDER } from '../../package/files.ts';

/** What would be deployed, as far as it makes demands on the account. */
export interface Deployment {
  readonly stackName: string;
  readonly runConcurrency: number;
  readonly deliverConcurrency: number;
  /** Of the bootstrap stack, at least. */
  readonly bootstrapVersion: number;
  /** SSM parameter that tells it. */
  readonly bootstrapParameter: string;
  readonly runtime: string;
  readonly architecture: string;
  /** How its functions are built. */
  readonly build: DeploymentBuild;
  /** Names of the tasks that `-c samples=true` adds. */
  readonly samples: readonly string[];
}

/**
 * Synthesizes the app, without its functions' code.
 *
 * @param settings what `-c key=value` gives
 * @throws SettingError
 */
export function deploymentOf(settings: Readonly<Record<string, string>>): Deployment {
  const { context } = JSON.parse(readFileSync(join(APP_FOLDER, 'cdk.json'), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'doctor-'));
  try {
    const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [], ...settings } });
    refuseUnknownSettings(app.node, ['stackName', ...STACK_SETTINGS]);
    const stackName = app.node.tryGetContext('stackName') ?? 'CallbackCompletion';
    const stack = new CallbackCompletionStack(app, stackName);
    const { runConcurrency, deliverConcurrency } = stack.settings;
    const { manifest, stacks } = app.synth();
    const { requiresBootstrapStackVersion, bootstrapStackVersionSsmParameter } =
      (manifest.artifacts?.[stackName]?.properties as BootstrapDemand | undefined) ?? {};
    const [fn] = functionsIn(stacks[0]?.template);
    return {
      stackName,
      runConcurrency,
      deliverConcurrency,
      bootstrapVersion: requiresBootstrapStackVersion ?? 0,
      bootstrapParameter: bootstrapStackVersionSsmParameter ?? '/cdk-bootstrap/hnb659fds/version',
      runtime: fn?.Runtime ?? '',
      architecture: fn?.Architectures?.[0] ?? 'x86_64',
      build: buildFor(stack.settings),
      samples: sampleNames(),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** An app may have deleted the samples. */
function sampleNames(): string[] {
  try {
    return findTasks([SAMPLES]).map(({ fileName }) => fileName);
  } catch (error) {
    if (error instanceof BuildError) return [];
    throw error;
  }
}

interface BootstrapDemand {
  readonly requiresBootstrapStackVersion?: number;
  readonly bootstrapStackVersionSsmParameter?: string;
}

interface FunctionProperties {
  readonly Runtime?: string;
  readonly Architectures?: readonly string[];
}

/** All have the same runtime. */
function functionsIn(template: {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: FunctionProperties }>
  >;
}): FunctionProperties[] {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties);
}
