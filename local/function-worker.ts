/**
 * The inside of an execution environment: a worker thread that loads a function's bundle once and then runs
 * its handler, one invocation after the other.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type {
  EnvironmentMessage,
  EnvironmentStart,
  FunctionError,
  InvocationMessage,
} from './function-protocol.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const start = workerData as EnvironmentStart;

function tell(message: EnvironmentMessage): void {
  parentPort?.postMessage(message);
}

function loadHandler(): Handler {
  const dot = start.handler.lastIndexOf('.');
  const [file, name] = [start.handler.slice(0, dot), start.handler.slice(dot + 1)];
  const loadBundle = createRequire(join(start.codeDirectory, 'package.json'));
  const exported: unknown = loadBundle(`./${file}.js`);
  const handler = (exported as Record<string, unknown>)[name];
  if (typeof handler !== 'function') {
    throw new TypeError(`${start.handler} is undefined or not exported`);
  }
  return handler as Handler;
}

function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: JSON.stringify(thrown) ?? String(thrown) };
  }
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

function lambdaContext(invocation: InvocationMessage): Record<string, unknown> {
  return {
    awsRequestId: invocation.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(start.memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
  };
}

async function invoke(handler: Handler, invocation: InvocationMessage): Promise<void> {
  const { requestId } = invocation;
  try {
    const answer = await handler(JSON.parse(invocation.eventJson), lambdaContext(invocation));
    tell({ type: 'answer', requestId, payloadJson: JSON.stringify(answer) ?? 'null' });
  } catch (thrown) {
    tell({ type: 'error', requestId, error: describeError(thrown) });
  }
}

try {
  const handler = loadHandler();
  // This listener stays for good: a port without one no longer keeps the thread alive.
  parentPort?.on('message', (invocation: InvocationMessage) => void invoke(handler, invocation));
  tell({ type: 'ready' });
} catch (thrown) {
  tell({ type: 'init-error', error: describeError(thrown) });
}
