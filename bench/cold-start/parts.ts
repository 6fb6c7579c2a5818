import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Bundles } from './bundles.ts';

/** What of loading the shipped bundle is not running its code, in milliseconds. */
export interface Parts {
  /** To load the parts of Node that it asks for: crypto, https and so on. */
  readonly modulesMs: number;
  /** To compile it, functions that are not called looked over only. */
  readonly compileMs: number;
}

/** Measures both in a process of its own. */
export async function partsOfLoading({ shipped }: Bundles): Promise<Parts> {
  const child = spawn(process.execPath, ['-e', PROGRAM, shipped], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output);
}

const PROGRAM = `
  const { readFileSync } = require('node:fs');
  const { compileFunction } = require('node:vm');
  const code = readFileSync(process.argv[1], 'utf8');
  const modules = new Set([...code.matchAll(/require\\("(node:[a-z_/]+)"\\)/g)].map(([, name]) => name));
  const began = performance.now();
  for (const name of modules) require(name);
  const loaded = performance.now();
  compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname']);
  process.stdout.write(JSON.stringify({ modulesMs: loaded - began, compileMs: performance.now() - loaded }));`;
