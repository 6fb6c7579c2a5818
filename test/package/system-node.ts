import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where this machine has its programs. npm puts the repository's own ahead of them: an app does not have those. */
const SYSTEM_PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !/[\\/]node_modules[\\/]/.test(folder));

/** Variables that npm sets for scripts. They would make the app's npm take this repository for the app. */
const GIVEN_BY_NPM =
  /^(npm_(package|lifecycle)_|npm_command$|npm_config_(local_prefix|package|user_agent)$|INIT_CWD$|NODE_OPTIONS$|PATH$)/i;

const NODE_20 = '20.20.2';

/**
 * Returns the environment of a user whose `node` is of that major version, whatever this machine has.
 *
 * @param folder for the programs of that user
 */
export function environmentWithNode(major: 20 | 24, folder: string): Record<string, string | undefined> {
  mkdirSync(folder, { recursive: true });
  symlinkSync(major === 24 ? process.execPath : node20(folder), join(folder, 'node'));
  for (const program of ['npm', 'npx']) symlinkSync(systemProgram(program), join(folder, program));
  const path = [folder, ...SYSTEM_PATH].join(delimiter);
  const own = Object.entries(process.env).filter(([name]) => !GIVEN_BY_NPM.test(name));
  return {
    ...Object.fromEntries(own),
    PATH: path,
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_prefer_offline: 'true',
  };
}

/** The system's Node if it is Node 20, else one from the registry. */
function node20(folder: string): string {
  const system = systemProgram('node');
  if (/^v20\./.test(execFileSync(system, ['--version'], { encoding: 'utf8' }))) return system;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const prefix = join(folder, 'node-20');
  mkdirSync(prefix);
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--prefix', prefix];
  execFileSync('npm', ['install', ...options, `${name}@${NODE_20}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return join(prefix, 'node_modules', name, 'bin', 'node');
}

function systemProgram(name: string): string {
  const found = SYSTEM_PATH.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`There is no ${name} on the PATH outside node_modules.`);
  return realpathSync(found);
}
