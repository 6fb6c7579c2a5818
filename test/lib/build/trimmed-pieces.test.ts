import { join } from 'node:path';
import { build, type OnLoadOptions, type Plugin } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { TRIMMED_HANDLER_OPTIONS } from '../../../lib/build/bundle-options.ts';
import { trimSdk } from '../../../lib/build/trim-sdk.ts';
import { TRIMMED_PIECES } from '../../../lib/build/trimmed-pieces.ts';

const SUBMIT = join(import.meta.dirname, '../../../lambda/submit/index.ts');

/** These keep Node's web streams from being loaded, which test/lib/build/functions.test.ts checks. */
const SAVE_TIME = /(isStreamingPayload|stream-type-check)\.js$/;

/** Leaves one module of the SDK as it is. */
function trimmedExcept(module: string): Plugin {
  return {
    name: 'trimmed-except',
    setup(build) {
      const onLoad: typeof build.onLoad = (options: OnLoadOptions, load) => {
        if (!options.filter.test(module)) build.onLoad(options, load);
      };
      return trimSdk.setup({ ...build, onLoad });
    },
  };
}

async function submitBytes(plugins: Plugin[]): Promise<number> {
  const { outputFiles = [] } = await build({
    ...TRIMMED_HANDLER_OPTIONS,
    entryPoints: [SUBMIT],
    outdir: 'not-written',
    write: false,
    plugins,
  });
  return outputFiles[0]?.contents.byteLength ?? 0;
}

describe('a replaced module of the SDK', () => {
  let bytes: number;
  beforeAll(async () => {
    bytes = await submitBytes([trimSdk]);
  });

  it.each(Object.keys(TRIMMED_PIECES).filter((module) => !SAVE_TIME.test(module)))(
    'saves at least 1 KiB of submit: %s',
    async (module) => {
      expect((await submitBytes([trimmedExcept(`/${module}`)])) - bytes).toBeGreaterThanOrEqual(1_024);
    },
  );
});
