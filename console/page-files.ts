import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IS_PACKAGE, PACKAGED_PAGE } from '../package/files.ts';

/** All that a browser loads. */
export interface PageFiles {
  readonly html: Uint8Array;
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

/** Returns the page: the one that packaging has built, else one that is built now. */
export async function pageFiles(): Promise<PageFiles> {
  if (!IS_PACKAGE) return await (await import('./build.ts')).buildPage();
  const read = (file: string) => readFile(join(PACKAGED_PAGE, file));
  return { html: await read('index.html'), script: await read('app.js'), style: await read('app.css') };
}
