/**
 * Program: `node bin/ci/run-suites.ts [text]` runs the suites of suites.ts, or those whose command contains the text.
 * Fails if a suite fails.
 */
import { spawn } from 'node:child_process';
import { runLanes } from './run-lanes.ts';
import { SUITES } from './suites.ts';

const PROGRESS_EVERY_MS = 30_000;

const [text = ''] = process.argv.slice(2);
const running = runLanes(
  SUITES.filter(({ command }) => command.includes(text)),
  {
    run: ({ command }, onOutput) => {
      // npm's own question whether there is a newer npm counts as a packet.
      const env = { ...process.env, npm_config_update_notifier: 'false' };
      const child = spawn('bash', ['-c', `${command} 2>&1`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const stop = () => child.kill('SIGTERM');
      process.on('exit', stop);
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (written: string) => {
        output += written;
        onOutput(written);
      });
      const { promise, resolve } = Promise.withResolvers<{ exitCode: number; output: string }>();
      child.on('close', (code) => {
        process.off('exit', stop);
        resolve({ exitCode: code ?? 1, output });
      });
      return promise;
    },
    print: (written) => process.stdout.write(written),
    now: () => performance.now(),
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

const progress = setInterval(() => {
  for (const line of running.describe()) console.log(`running: ${line}`);
}, PROGRESS_EVERY_MS);
const { failed } = await running.ended;
clearInterval(progress);
process.exitCode = failed === 0 ? 0 : 1;
