/**
 * The formats of callbacks: each is a file in `lambda/callback/formats/` and an entry in these lists. The
 * writers are in the same file as the names, so that nothing else needs to change. A bundle contains only the list that
 * its program uses.
 */
import { beamV1Description, writeBeamV1 } from '../callback/formats/beam-v1.ts';
import { beamV2Description, writeBeamV2 } from '../callback/formats/beam-v2.ts';
import type { FormatDescription } from '../callback/formats/description.ts';
import { jobDescription, writeJob } from '../callback/formats/job.ts';
import { standardDescription, writeStandard } from '../callback/formats/standard.ts';
import { taskDescription, writeTask } from '../callback/formats/task.ts';
import type { FormatWriter } from '../callback/formats/writer.ts';

/** By the names that requests, tasks and deployments give them. */
export const CALLBACK_FORMATS = ['task', 'job', 'beam-v1', 'beam-v2', 'standard'] as const;
export type CallbackFormat = (typeof CALLBACK_FORMATS)[number];

export const FORMAT_WRITERS: Readonly<Record<CallbackFormat, FormatWriter>> = {
  task: writeTask,
  job: writeJob,
  'beam-v1': writeBeamV1,
  'beam-v2': writeBeamV2,
  standard: writeStandard,
};

/** For the OpenAPI document. */
export const FORMAT_DESCRIPTIONS: Readonly<Record<CallbackFormat, FormatDescription>> = {
  task: taskDescription,
  job: jobDescription,
  'beam-v1': beamV1Description,
  'beam-v2': beamV2Description,
  standard: standardDescription,
};
