/** The process with the odd tasks, as a small function loads it: slowly. Each that is started adds a line to a file. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

if (process.env.STARTS_FILE !== undefined) appendFileSync(process.env.STARTS_FILE, 'started\n');
await sleep(700);
await import('./odd-tasks-process.ts');
