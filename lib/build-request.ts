import { resolve } from 'node:path';
import type { BuildRequest } from './build/build-functions.ts';
import type { DefinitionRules } from './build/check-definitions.ts';
import { formatSeconds } from './duration-text.ts';
import { maxTaskSeconds, type PipelineSettings } from './pipeline-settings.ts';

/** What to build for a deployment. The caller adds the output folder and the machine. */
type DeploymentBuild = Omit<BuildRequest, 'outputFolder' | 'local'>;

/** Returns what to build for these settings. The current folder is the app's. */
export function buildFor(settings: PipelineSettings): DeploymentBuild {
  const { tasks, nodeModules = [], architecture } = settings;
  return {
    taskFolders: tasks.map((folder) => resolve(folder)),
    nodeModules: [...new Set(nodeModules)],
    appFolder: resolve('.'),
    architecture,
    rules: definitionRules(settings),
  };
}

function definitionRules(settings: PipelineSettings): DefinitionRules {
  const { runTimeoutSeconds, runBatchSize, allowedCallbackCidrs, allowedCallbackHosts } = settings;
  const timeout = `runTimeout=${formatSeconds(runTimeoutSeconds)}`;
  return {
    maxTimeoutSeconds: maxTaskSeconds(settings),
    timeoutSettings: runBatchSize === 1 ? timeout : `${timeout} and runBatchSize=${runBatchSize}`,
    callbacks: { allowedCidrs: allowedCallbackCidrs, allowedHosts: allowedCallbackHosts },
  };
}
