import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { S3Engine } from '../../local/s3-engine.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const engines: S3Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});

async function open(directory = temporaryDirectory()) {
  const engine = await S3Engine.start(directory);
  engines.push(engine);
  engine.createBucket('reports');
  const at = (key: string) =>
    `${engine.endpoint}/reports/${key.split('/').map(encodeURIComponent).join('/')}`;
  return {
    directory,
    engine,
    put: async (key: string, body: string | Buffer, headers: Record<string, string> = {}) =>
      (await fetch(at(key), { method: 'PUT', body, headers })).status,
    get: async (key: string) => {
      const response = await fetch(at(key));
      return response.ok ? await response.text() : response.status;
    },
    head: (key: string) => fetch(at(key), { method: 'HEAD' }),
    remove: (key: string) => fetch(at(key), { method: 'DELETE' }),
    keys: async () => {
      const xml = await (await fetch(`${engine.endpoint}/reports?list-type=2`)).text();
      return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    },
    stop: async () => {
      engines.splice(engines.indexOf(engine), 1);
      await engine.stop();
    },
  };
}

describe('the local S3', () => {
  it('keeps objects and what is said of them beyond its end', async () => {
    const first = await open();
    expect(
      await first.put('a/b c+ä.txt', 'hello', { 'content-type': 'text/plain', 'x-amz-meta-by': 'me' }),
    ).toBe(200);
    expect(await first.put('empty', '')).toBe(200);
    await first.put('gone', 'x');
    await first.remove('gone');
    const { etag } = Object.fromEntries((await first.head('a/b c+ä.txt')).headers);
    await first.stop();

    const second = await open(first.directory);

    expect(await second.get('a/b c+ä.txt')).toBe('hello');
    expect(Object.fromEntries((await second.head('a/b c+ä.txt')).headers)).toMatchObject({
      'content-length': '5',
      'content-type': 'text/plain',
      etag,
      'x-amz-meta-by': 'me',
    });
    expect(await second.keys()).toEqual(['a/b c+ä.txt', 'empty']);
    expect(await second.get('empty')).toBe('');
    expect(await second.get('gone')).toBe(404);
  });

  it('keeps what it has acknowledged when its process is killed while it writes', async () => {
    const directory = temporaryDirectory();
    const source = `
      import { S3Engine } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../local/s3-engine.ts')).href)};
      const engine = await S3Engine.start(${JSON.stringify(directory)});
      engine.createBucket('reports');
      console.log(engine.endpoint);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const put = (key: string, body: string | Buffer) =>
      fetch(`${line.trim()}/reports/${key}`, { method: 'PUT', body });

    const acknowledged: string[] = [];
    const body = Buffer.alloc(1_000_000, 'x');
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let round = 0; ; round += 1) {
        // Each writer also replaces one object again and again.
        await put(`same-${writer}`, body);
        await put(`${writer}-${round}`, `of ${writer}-${round}`);
        acknowledged.push(`${writer}-${round}`);
        if (acknowledged.length === 20) child.kill('SIGKILL');
      }
    });
    await Promise.allSettled(writers);
    await exited;

    const { get, head } = await open(directory);
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    for (const key of acknowledged) expect(await get(key)).toBe(`of ${key}`);
    for (const key of ['same-0', 'same-1', 'same-2', 'same-3']) {
      expect((await get(key)).toString().length).toBe(1_000_000);
      expect((await head(key)).headers.get('content-length')).toBe('1000000');
    }
  }, 30_000);

  it('removes what a crash left half-written, and passes over files that are not its own', async () => {
    const first = await open();
    await first.put('report', 'whole');
    await first.stop();
    const folder = join(first.directory, 'reports');
    const unfinished = join(folder, `${readdirSync(folder)[0]}.new`);
    writeFileSync(unfinished, Buffer.from([0, 0]));
    for (const other of [first.directory, folder]) writeFileSync(join(other, '.DS_Store'), 'of Finder');

    expect(await (await open(first.directory)).get('report')).toBe('whole');
    expect(existsSync(unfinished)).toBe(false);
  });

  it('takes any key: a path out of its folder, a file below a file, 1,024 bytes', async () => {
    const { directory, engine, put, get } = await open();
    const long = 'k'.repeat(1_024);

    expect(await put('a', '1')).toBe(200);
    expect(await put('a/b', '2')).toBe(200);
    expect(await put('A', '3')).toBe(200);
    expect(await put(long, '4')).toBe(200);
    const form = new FormData();
    form.set('key', '../../../escape');
    form.set('file', new Blob(['5']), 'file');
    await fetch(`${engine.endpoint}/reports`, { method: 'POST', body: form });

    expect([await get('a'), await get('a/b'), await get('A'), await get(long)]).toEqual(['1', '2', '3', '4']);
    expect(readdirSync(directory)).toEqual(['reports']);
    expect(readdirSync(join(directory, 'reports'))).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/^[0-9a-f]{64}$/)),
    );
  });

  it('puts the parts of an upload together, and keeps the result', async () => {
    const first = await open();
    const url = `${first.engine.endpoint}/reports/large`;
    const created = await (await fetch(`${url}?uploads`, { method: 'POST' })).text();
    const id = /<UploadId>(.*)<\/UploadId>/.exec(created)?.[1];
    const parts = ['a'.repeat(5 * 1024 * 1024), 'b'];
    const etags: (string | null)[] = [];
    for (const [index, body] of parts.entries()) {
      const part = await fetch(`${url}?partNumber=${index + 1}&uploadId=${id}`, { method: 'PUT', body });
      etags.push(part.headers.get('etag'));
    }
    const list = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const completed = await fetch(`${url}?uploadId=${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`,
    });
    expect(completed.status).toBe(200);
    await first.stop();

    const second = await open(first.directory);

    const text = (await second.get('large')).toString();
    expect([text.length, text.at(-1)]).toEqual([5 * 1024 * 1024 + 1, 'b']);
  });
});
