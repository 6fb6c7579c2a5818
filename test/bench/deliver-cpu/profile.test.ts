import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharesOf } from '../../../bench/deliver-cpu/profile.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const node = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
});

it("a profile's time is told by what the code belongs to, without the time that was idle", () => {
  const bundle = join(directory, 'index.js');
  const source = '../node_modules/@smithy/signature-v4/dist-es/SignatureV4.js';
  writeFileSync(
    `${bundle}.map`,
    JSON.stringify({ version: 3, sources: [source], names: [], mappings: 'AAAA' }),
  );
  writeFileSync(
    join(directory, 'one.cpuprofile'),
    JSON.stringify({
      nodes: [
        node(1, '(idle)', ''),
        node(2, 'sign', `file://${bundle}`),
        node(3, 'request', 'node:_http_client'),
        node(4, '(garbage collector)', ''),
      ],
      samples: [1, 2, 3, 4],
      timeDeltas: [0, 700, 50, 30, 20],
    }),
  );

  expect(sharesOf(bundle, directory)).toEqual([
    { group: 'SDK: signature', share: 0.5 },
    { group: 'Node: HTTP and sockets', share: 0.3 },
    { group: 'garbage collection', share: 0.2 },
  ]);
});
