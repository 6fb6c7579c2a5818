/**
 * The inside of an execution environment: a worker thread that loads a function's bundle once and then runs
 * its handler, one invocation after the other.
 *
 * It is JavaScript, not TypeScript: for TypeScript, each thread would load a compiler of its own, which costs it 15 MB.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { parentPort, workerData } from 'node:worker_threads';
import { callEnginesBy } from './call-engines.mjs';

/** @typedef {import('./function-protocol.ts').EngineAnswer} EngineAnswer */
/** @typedef {import('./function-protocol.ts').EnvironmentMessage} EnvironmentMessage */
/** @typedef {import('./function-protocol.ts').FunctionError} FunctionError */
/** @typedef {import('./function-protocol.ts').InvocationMessage} InvocationMessage */
/** @typedef {(event: unknown, context: unknown) => unknown} Handler */

/** @type {import('./function-protocol.ts').EnvironmentStart} */
const start = workerData;

/** @param {EnvironmentMessage} message */
function tell(message) {
  parentPort?.postMessage(message);
}

/** @returns {Handler} */
function loadHandler() {
  const dot = start.handler.lastIndexOf('.');
  const [file, name] = [start.handler.slice(0, dot), start.handler.slice(dot + 1)];
  const loadBundle = createRequire(join(start.codeDirectory, 'package.json'));
  const handler = loadBundle(`./${file}.js`)[name];
  if (typeof handler !== 'function') {
    throw new TypeError(`${start.handler} is undefined or not exported`);
  }
  return handler;
}

/**
 * @param {unknown} thrown
 * @returns {FunctionError}
 */
function describeError(thrown) {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: JSON.stringify(thrown) ?? String(thrown) };
  }
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** @param {InvocationMessage} invocation */
function lambdaContext(invocation) {
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

/**
 * @param {Handler} handler
 * @param {InvocationMessage} invocation
 */
async function invoke(handler, invocation) {
  const { requestId } = invocation;
  try {
    const answer = await handler(JSON.parse(invocation.eventJson), lambdaContext(invocation));
    tell({ type: 'answer', requestId, payloadJson: JSON.stringify(answer) ?? 'null' });
  } catch (thrown) {
    tell({ type: 'error', requestId, error: describeError(thrown) });
  }
}

/**
 * Sends what the function writes as messages. The thread's own streams take two messages for each line, and wait for the
 * second one.
 *
 * @param {'stdout' | 'stderr'} name
 */
function sendAsMessages(name) {
  // A chunk may end within a character.
  const decoder = new StringDecoder('utf8');
  /**
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding | (() => void)} [encoding]
   * @param {() => void} [callback]
   */
  const write = (chunk, encoding, callback) => {
    const [named, written] = typeof encoding === 'function' ? [undefined, encoding] : [encoding, callback];
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, named) : Buffer.from(chunk);
    tell({ type: 'output', stream: name, text: decoder.write(bytes) });
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  process[name].write = /** @type {typeof process.stdout.write} */ (write);
}

try {
  sendAsMessages('stdout');
  sendAsMessages('stderr');
  const takeEngineAnswer = callEnginesBy(start.engineTargets, tell);
  const handler = loadHandler();
  // This listener stays for good: a port without one no longer keeps the thread alive.
  parentPort?.on('message', (/** @type {InvocationMessage | EngineAnswer} */ message) => {
    if (message.type === 'engine-answer') takeEngineAnswer(message);
    else void invoke(handler, message);
  });
  tell({ type: 'ready' });
} catch (thrown) {
  tell({ type: 'init-error', error: describeError(thrown) });
}
