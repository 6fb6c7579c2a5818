import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScript } from './child-process.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Waits that a person would not mind: more attempts after a second each, and dead after four. */
const SETTINGS = ['--set', 'retrySchedule=1s,1s', '--set', 'deliveryDeadline=4s'];

export interface RunningStack {
  /** As browsers are led there. */
  readonly url: string;
  /** Where it keeps its state. */
  readonly state: string;
  /** Ends it and forgets what it kept. */
  stop(): Promise<void>;
}

/** `npm start` on any free port, with a state of its own. */
export async function startStack(): Promise<RunningStack> {
  // Its own folder is where it runs, so that the console says of it what a newcomer's says: the local stack in .local.
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-browser-'));
  writeFileSync(
    join(folder, 'cdk.json'),
    JSON.stringify({ app: `node ${JSON.stringify(join(REPOSITORY, 'bin', 'app.ts'))}` }),
  );
  const args = [join(REPOSITORY, 'cli', 'main.ts'), 'start', '-c', 'samples=true', ...SETTINGS];
  const { match, stop } = await startScript(args, /(http:\/\/localhost:\d+)\/api\/tasks/, {
    cwd: folder,
    env: { PORT: '0' },
  });
  const [, url = ''] = match;
  return {
    url,
    state: join(folder, '.local'),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
