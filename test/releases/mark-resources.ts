import { readFileSync, writeFileSync } from 'node:fs';
import { RESOURCE_MARK, type ResourceMark } from '../../lambda/contract/resource-mark.ts';
import type { Template } from '../support/template-schema.ts';

/** What logical ids begin with → part. */
const PARTS: readonly (readonly [prefix: string, part: string])[] = [
  ['PipelineTaskStatus', 'task-status'],
  ['PipelineCompleteTask', 'complete-task'],
  ['PipelineSubmit', 'submit'],
  ['PipelineRun', 'run'],
  ['PipelineDeliver', 'deliver'],
  ['PipelineWake', 'wake'],
  ['PipelineAuthorize', 'authorize'],
  ['PipelineDeadLetters', 'dead-letters'],
  ['PipelineTasks', 'tasks'],
  ['PipelineCallbacks', 'callbacks'],
  ['PipelineLedger', 'ledger'],
  ['PipelineMasterSecret', 'master-secret'],
  ['PipelineClock', 'clock'],
  ['PipelineApi', 'api'],
];

/**
 * Marks the resources of a template as the construct does since 0.2.0. The local stack finds pipelines by these marks,
 * and templates of 0.1.0 have none.
 */
export function markResources(templateFile: string): void {
  const template: Template = JSON.parse(readFileSync(templateFile, 'utf8'));
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const part = PARTS.find(([prefix]) => id.startsWith(prefix))?.[1];
    if (part === undefined) return [id, resource] as const;
    const mark: ResourceMark = { pipeline: 'CallbackCompletion/Pipeline', part };
    return [id, { ...resource, Metadata: { [RESOURCE_MARK]: mark } }] as const;
  });
  writeFileSync(templateFile, JSON.stringify({ ...template, Resources: Object.fromEntries(resources) }));
}
