import { commandLine } from '../package/command-name.ts';
import { HttpServer } from './http-server.ts';
import { UserError } from './user-error.ts';

/** Something that the user can put right: shown without a stack trace. */
class StartError extends UserError {
  override readonly name = 'StartError';
}

const ASKED_FOR_MS = 1_000;
const LONGEST_NAME = 200;
const LAST_PORT = 65_535;

/**
 * Returns servers on the ports that follow one which is taken already.
 *
 * @param first number of the port that is taken; 0: any free ports
 * @param count of the servers to return
 * @throws StartError if one of the ports cannot be had. Then none is taken.
 */
export async function takeNextPorts(first: number, count: number): Promise<HttpServer[]> {
  if (first > 0 && first + count > LAST_PORT) {
    throw new StartError(
      `PORT=${first} leaves too few ports for ${count + 1} pipelines. Start at a lower one: PORT=7071 ${commandLine('start')}`,
    );
  }
  const servers: HttpServer[] = [];
  try {
    for (let index = 1; index <= count; index += 1) {
      servers.push(await takePort(first === 0 ? 0 : first + index));
    }
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/**
 * The server on that port.
 *
 * @param port 0 for any that is free
 * @throws StartError where it cannot be had, with who has it as far as that can be told
 */
export async function takePort(port: number): Promise<HttpServer> {
  try {
    return await HttpServer.listen(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new StartError(taken(port, await stackAt(port)));
    if (code === 'EACCES') {
      throw new StartError(
        `Port ${port} may not be used here. Choose one above 1023: PORT=7071 ${commandLine('start')}`,
      );
    }
    throw error;
  }
}

function taken(port: number, stack: string | undefined): string {
  const another = (args = '') =>
    `choose another port: PORT=${port < LAST_PORT ? port + 1 : 7071} ${commandLine('start', args)}`;
  if (stack === undefined) {
    return `Port ${port} is taken by another program. Stop that (lsof -i :${port} shows which), or ${another()}`;
  }
  return `Port ${port} is taken by ${stack}, which runs already: http://localhost:${port}/\nUse that, stop it with Ctrl-C where it was started, or ${another('--state DIR')}`;
}

/** How the local stack that answers on that port calls itself; undefined where it is something else. */
async function stackAt(port: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/console/api/about`, {
      headers: { 'x-console': '1' },
      signal: AbortSignal.timeout(ASKED_FOR_MS),
      redirect: 'error',
    });
    const { name, isLocal } = (await answer.json()) as { name?: unknown; isLocal?: unknown };
    return isLocal === true && typeof name === 'string' ? shown(name) : undefined;
  } catch {
    return undefined;
  }
}

/** It came from a program that may be anything. */
function shown(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, LONGEST_NAME);
}
