import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** `server.listen(8080`, `server.listen({ port: 8080`, and the same for a program that gets its port as `PORT: '8080'`. */
const FIXED_PORT = /\.listen\(\s*[1-9]|\.listen\(\{[^}]*\bport:\s*[1-9]|\bPORT: *['"]?[1-9]/;

/** Each line of the source that listens on a fixed port. */
function fixedPorts(source: string): string[] {
  return source.split('\n').filter((line) => FIXED_PORT.test(line));
}

it.each([
  ["server.listen(8080, '127.0.0.1');"],
  ['await HttpServer.listen(7_071);'],
  ["server.listen({ host: '127.0.0.1', port: 8080 });"],
  ["spawn(process.execPath, [START], { env: { PORT: '7071' } });"],
])('recognizes a fixed port: %s', (line) => {
  expect(fixedPorts(line)).toEqual([line]);
});

it.each([
  ["server.listen(0, '127.0.0.1', resolve);"],
  ['await HttpServer.listen(port);'],
  ["server.listen({ host: '127.0.0.1', port: 0 });"],
  ["spawn(process.execPath, [START], { env: { PORT: '0' } });"],
])('accepts a port that is free: %s', (line) => {
  expect(fixedPorts(line)).toEqual([]);
});

it.each(['test', 'bench', 'chaos'])('no file in %s listens on a fixed port', (folder) => {
  const found = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)node_modules\//.test(file))
    // This file's own examples, and the tests of the option, which does not listen.
    .filter((file) => !['fixed-ports.test.ts', 'local/options.test.ts'].includes(file))
    .flatMap((file) =>
      fixedPorts(readFileSync(join(ROOT, folder, file), 'utf8')).map(
        (line) => `${folder}/${file}: ${line.trim()}`,
      ),
    );

  expect(found).toEqual([]);
});
