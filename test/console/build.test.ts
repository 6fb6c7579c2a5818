import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../console/build.ts';
import type { PageFiles } from '../../console/page-files.ts';

const MOST_KIB = 60;

let files: PageFiles;
beforeAll(async () => {
  files = await buildPage();
});

describe('the page', () => {
  it(`is at most ${MOST_KIB} KiB on its way to the browser, gzipped`, () => {
    const kib = (bytes: Uint8Array) => gzipSync(bytes).byteLength / 1_024;
    const sizes = { html: kib(files.html), script: kib(files.script), style: kib(files.style) };

    // Printed, so that a run states what the page weighs.
    console.info(
      'console page, gzip KiB:',
      JSON.stringify(sizes, (_key, value) => rounded(value)),
    );
    expect(sizes.html + sizes.script + sizes.style).toBeLessThan(MOST_KIB);
  });

  it('names no address outside of its own server', () => {
    const text = [files.html, files.script, files.style].map((bytes) => Buffer.from(bytes).toString('utf8'));

    // Names of XML's namespaces and of a receiver that is made up are no addresses that anything is loaded from.
    const harmless = /^https?:\/\/(www\.w3\.org\/|[\w.-]*example(\.\w+)?\b|localhost\b|127\.0\.0\.1\b|$|\$)/;
    const named = text.flatMap((part) => part.match(/https?:\/\/[^\s"'`)<>]*/g) ?? []);
    expect(named.filter((address) => !harmless.test(address))).toEqual([]);
  });

  it('needs neither script nor style within its HTML, which its server forbids', () => {
    const html = Buffer.from(files.html).toString('utf8');

    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/i);
    expect(html).toContain('src="/console/app.js"');
    expect(html).toContain('href="/console/app.css"');
  });
});

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
