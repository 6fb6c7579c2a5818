import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { HttpServer } from '../../local/http-server.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const START = join(import.meta.dirname, '..', '..', 'local', 'start.ts');

async function npmStart(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [START, ...args], { env: { ...process.env, PORT: '0', ...env } });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, output, errors] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

describe('npm start', () => {
  it('tells how it is used', async () => {
    const { code, output } = await npmStart(['--help']);

    expect(code).toBe(0);
    expect(output).toContain('npm start -- [options]');
  });

  it('tells what is wrong with a command line', async () => {
    const { code, errors } = await npmStart(['-c', 'retrySchedule']);

    expect(code).toBe(1);
    expect(errors).toBe('-c retrySchedule is not key=value. Example: -c retrySchedule=1s,5s\n');
  });

  it('tells that the port is taken, and how to take another', async () => {
    const server = await HttpServer.listen(0);
    const { port } = new URL(server.url);

    const { code, errors } = await npmStart([], { PORT: port });
    server.close();

    expect(code).toBe(1);
    expect(errors).toContain(`Port ${port} is taken`);
    expect(errors).toContain('npm start');
  });

  it('tells that another copy has the state, and how to have two', async () => {
    const path = temporaryDirectory();
    const state = new StateDirectory(path);

    const { code, errors } = await npmStart(['--state', path]);
    state.release();

    expect(code).toBe(1);
    expect(errors).toContain(`${path} is in use by another local stack (process ${process.pid})`);
  });

  it('shows the app’s own words when it does not synthesize', async () => {
    const { code, errors } = await npmStart(['--state', temporaryDirectory(), '-c', 'retrySchedule=soon']);

    expect(code).toBe(1);
    expect(errors).toMatch(/^The app could not be synthesized:\n\n.*soon/s);
  });
});
