/** Program of `broken-tasks.ts`: imports the module that it is given, and sends `loaded` or what the module threw. */
import { pathToFileURL } from 'node:url';

const [module = ''] = process.argv.slice(2);

process.on('uncaughtException', fail);
// Nobody waits for the answer any more. The channel alone does not keep this process alive: an await that nothing can
// settle ends it.
process.once('disconnect', () => process.exit());
process.channel?.unref();
await import(pathToFileURL(module).href).catch(fail);
process.send?.('loaded', () => process.exit());

function fail(thrown: unknown): void {
  const stack = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : `thrown: ${String(thrown)}`;
  process.send?.(stack, () => process.exit());
}
