/** The local stack in a process of its own, which can be killed. It takes its orders from the chaos run by IPC. */
import { appendFileSync } from 'node:fs';
import { HttpServer } from '../local/http-server.ts';
import { type LocalStack, startLocalStack } from '../local/local-stack.ts';
import type { Order, Report, StackStart } from './stack-protocol.ts';

const report = (message: Report) => process.send?.(message);
const told = Promise.withResolvers<Extract<Order, { kind: 'told' }>['endpoints']>();
let stack: LocalStack | undefined;

// The run is gone, however that came about.
process.on('disconnect', () => process.exit(1));
process.on('message', async (order: Order) => {
  switch (order.kind) {
    case 'start':
      return await start(order.start).catch((error: Error) => {
        report({ kind: 'failed', message: error.stack ?? error.message });
      });
    case 'told':
      return told.resolve(order.endpoints);
    case 'crash-function':
      report({ kind: 'crashed', functionName: stack?.crashFunction(order.random) });
      return;
    case 'stop':
      await stack?.stop();
      process.exit(0);
  }
});

async function start({ assemblyDirectory, stateDirectory, port, functionVariables, logFile }: StackStart) {
  stack = await startLocalStack({
    assemblyDirectory,
    state: stateDirectory,
    server: await HttpServer.listen(port),
    functionVariables,
    endpointsForFunctions: (endpoints) => {
      report({ kind: 'engines', endpoints });
      return told.promise;
    },
    onLogLine: (line) => {
      if (!line.startsWith('{"level":"INFO"')) appendFileSync(logFile, `${line}\n`);
    },
  });
  report({ kind: 'ready', url: stack.url });
}
