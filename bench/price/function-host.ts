/**
 * Program: one process of a function, as Lambda has it: loads the bundle that its first argument names, and hands it
 * event after event. What each invocation took is told to the parent; the lines that it logs go to stdout.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FromHost, ToHost } from './host-protocol.ts';

/** How long Linux's unit of CPU time is, in milliseconds. */
const TICK_MS = 10;

const { handler } = createRequire(import.meta.url)(process.argv[2] ?? '');

const say = (message: FromHost) => process.send?.(message);

process.on('message', async ({ event, remainingMs }: ToHost) => {
  const endsAtMs = Date.now() + remainingMs;
  const context = {
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    functionName: 'priced',
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
  };
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  const answer = await handler(event, context);
  const wallMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  say({ answer, wallMs, cpuMs: (user + system) / 1_000, childrenCpuMs: childrenCpuMs() });
});
process.on('disconnect', () => process.exit());

/** CPU time that this process's children have used so far: the work of tasks runs in one. */
function childrenCpuMs(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return children
    .split(' ')
    .filter((pid) => pid !== '')
    .map((pid) => {
      const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      const [userTicks, systemTicks] = [Number(afterName[11]), Number(afterName[12])];
      return (userTicks + systemTicks) * TICK_MS;
    })
    .reduce((sum, each) => sum + each, 0);
}
