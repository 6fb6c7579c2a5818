import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packAssemblies, unpackAssembly } from './archive.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('assemblies in an archive', () => {
  it('come out as they went in, without source maps', () => {
    const bundle = { 'asset.1/index.js': 'exports.handler = 1;', 'asset.1/index.js.map': '{}' };
    const one = folderOf({ 'manifest.json': '{"one":1}', ...bundle });
    const other = folderOf({ 'manifest.json': '{"other":1}', ...bundle });

    const packed = packAssemblies({ one, other });

    const unpacked = folderOf({});
    unpackAssembly(packed, 'other', unpacked);
    expect(readFileSync(join(unpacked, 'manifest.json'), 'utf8')).toBe('{"other":1}');
    expect(readFileSync(join(unpacked, 'asset.1/index.js'), 'utf8')).toBe('exports.handler = 1;');
    expect(existsSync(join(unpacked, 'asset.1/index.js.map'))).toBe(false);
  });

  it('are found by their names', () => {
    const packed = packAssemblies({ one: folderOf({ 'cdk.out': '{}' }) });
    expect(() => unpackAssembly(packed, 'other', folderOf({}))).toThrow(
      'The archive has no assembly "other".',
    );
  });
});
