import { join } from 'node:path';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { functionEnvironment } from '../../local/function-environment.ts';
import { deliverIn } from '../drain/deliver.ts';
import { startProcess } from '../drain/process.ts';
import { startStubEngine } from '../stub-engine/start.ts';
import { lambdaNodeOptions } from './lambda-options.ts';

/** What was resident after so many callbacks. */
export interface Resident {
  readonly callbacks: number;
  readonly mib: number;
}

export interface MemoryRequest {
  readonly assembly: string;
  readonly callbackUrl: string;
  /** After how many callbacks to look, ascending. */
  readonly marks: readonly number[];
  readonly onMark: (resident: Resident) => void;
}

/** Lets one process deliver one batch after the other, and looks at its resident memory now and then. */
export async function memoryOverTime(request: MemoryRequest): Promise<Resident[]> {
  const { assembly, callbackUrl, marks, onMark } = request;
  const stub = await startStubEngine();
  const endpoints = {
    sqs: stub.url,
    dynamodb: stub.url,
    secretsManager: stub.url,
    s3: stub.url,
    sns: stub.url,
  };
  const { deliver } = deliverIn(
    describeApp(readAssembly(assembly), { api: () => 'http://127.0.0.1:9', s3: stub.url, sqs: stub.url }),
  );
  const variables = { ...functionEnvironment(deliver, endpoints), CODE: deliver.codeDirectory };
  const process = startProcess(
    join(import.meta.dirname, 'deliver-process.ts'),
    variables,
    lambdaNodeOptions(deliver.memoryMegabytes),
  );
  try {
    await stub.seed({ tasks: Math.max(...marks), callbackUrl });
    const seen: Resident[] = [];
    for (const callbacks of marks) {
      const mib = await process.ask<number>('deliverUntil', callbacks);
      const resident = { callbacks, mib: Math.round(mib * 10) / 10 };
      seen.push(resident);
      onMark(resident);
    }
    return seen;
  } finally {
    await process.stop();
    await stub.stop();
  }
}
