import { randomBytes } from 'node:crypto';
import { HttpServer } from '../local/http-server.ts';
import { Fault } from '../ops/fault.ts';
import { Console } from './console.ts';
import type { Desk } from './desk.ts';
import { pageFiles } from './page-files.ts';

/** 256 bits, which nobody guesses. */
const TOKEN_BYTES = 32;

/** The console of a stack on AWS, served on this machine. */
export interface ConsoleServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** What the page must know. On this machine others may be logged in: the loopback interface is theirs as well. */
  readonly token: string;
  /** Ends what goes on, and resolves once a redrive has let go of its letters. */
  stop(): Promise<void>;
}

/**
 * @param port 0 for any that is free
 * @throws Fault where the port is not to be had
 */
export async function serveConsole(desk: Desk, port: number): Promise<ConsoleServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = await listen(port);
  const console = new Console({ desk, token, page: pageFiles });
  server.serve(async (url, request, response) => await console.handle(url, request, response));
  const stop = async () => {
    // Whose connection ends is told so, and ends its work, for which it needs the clients a little longer.
    server.close();
    await server.drained();
    console.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: server.url,
    token,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function listen(port: number): Promise<HttpServer> {
  try {
    return await HttpServer.listen(port, 'The console');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Fault(
        `Port ${port} is taken, perhaps by another console. Choose another: --port ${port + 1}.`,
      );
    }
    if (code === 'EACCES') throw new Fault(`Port ${port} may not be used here. Choose one above 1023.`);
    throw error;
  }
}
