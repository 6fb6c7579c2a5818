import { IS_PACKAGE } from './files.ts';

/** What `callback-completion` can do. */
export type CommandName = 'start' | 'dev' | 'ops' | 'console' | 'doctor';

/**
 * Returns how this user calls a command, for help and error messages: `npm run ops -- tasks list` in a clone,
 * `npx callback-completion ops tasks list` in an app that has installed the package.
 *
 * @param args as the user would type them
 */
export function commandLine(command: CommandName, args = '', isPackage = IS_PACKAGE): string {
  const end = args === '' ? '' : ` ${args}`;
  if (isPackage) return `npx callback-completion ${command}${end}`;
  const script = command === 'start' ? 'npm start' : `npm run ${command}`;
  return args === '' ? script : `${script} --${end}`;
}
