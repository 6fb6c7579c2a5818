import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { takeNextPorts, takePort } from '../../local/take-port.ts';

const close: (() => void)[] = [];
afterEach(() => {
  for (const end of close.splice(0)) end();
});

/** A program that has a port already. */
async function program(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const why = (port: number) => takePort(port).catch((error: Error) => error.message);

describe('taking a port', () => {
  it('takes one that is free', async () => {
    const server = await takePort(0);
    close.push(() => server.close());
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('tells that another local stack has it, and where that is', async () => {
    const port = await program((request, response) => {
      expect([request.url, request.headers['x-console']]).toEqual(['/console/api/about', '1']);
      response.end(JSON.stringify({ name: 'the local stack in .local\u001b[31m', isLocal: true }));
    });

    expect(await why(port)).toBe(
      `Port ${port} is taken by the local stack in .local[31m, which runs already: http://localhost:${port}/\n` +
        `Use that, stop it with Ctrl-C where it was started, or choose another port: PORT=${port + 1} npm start -- --state DIR`,
    );
  });

  it.each<[string, RequestListener]>([
    ['says something else', (_, response) => void response.end('hello')],
    ['says no', (_, response) => void response.writeHead(404).end('{}')],
    [
      'sends elsewhere',
      (_, response) => void response.writeHead(302, { location: 'http://example.com/' }).end(),
    ],
    ['says nothing', () => {}],
  ])('tells how to find out about another program that %s', async (_what, answer) => {
    const port = await program(answer);

    expect(await why(port)).toBe(
      `Port ${port} is taken by another program. Stop that (lsof -i :${port} shows which), or choose another port: PORT=${port + 1} npm start`,
    );
  });

  it('refuses to count beyond the last port', async () => {
    await expect(takeNextPorts(65_534, 2)).rejects.toThrow(
      'PORT=65534 leaves too few ports for 3 pipelines. Start at a lower one: PORT=7071 npm start',
    );
  });

  it('takes any free ones after a free one', async () => {
    const servers = await takeNextPorts(0, 2);
    close.push(() => servers.forEach((server) => void server.close()));

    expect(new Set(servers.map(({ url }) => url)).size).toBe(2);
  });
});
