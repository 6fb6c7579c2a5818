import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { PACKAGE_FOLDER } from '../../package/files.ts';
import { TRIMMED_PIECES } from './trimmed-pieces.ts';

/** AWS's errors that the code tells by their class. The others keep their names, and are of the client's own class. */
const ERRORS_BY_CLASS = new Set(['ConditionalCheckFailedException']);

/**
 * Leaves out the parts of the AWS SDK that no Lambda function uses: about half of a bundle. A part that code could
 * still call throws an error with its name. If an SDK release imports anything else from a replaced module, esbuild
 * fails the build.
 */
export const trimSdk: Plugin = {
  name: 'trim-sdk',
  setup(build) {
    // The default chain tries environment, profiles, SSO, web identity and instance metadata in turn (130 KB).
    // Lambda hands a function its role's credentials in the environment, always.
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: join(PACKAGE_FOLDER, 'lib/build/environment-credentials.ts'),
    }));

    // Only its version is read, for the user agent; the rest is dependencies and scripts.
    build.onLoad({ filter: /client-[a-z-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });

    // What a service's operations take and give, and the errors of all of them (26 KB).
    build.onLoad(
      { filter: /client-[a-z-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => ({
        contents: prunableSchemas(await readFile(path, 'utf8'), path),
      }),
    );

    for (const [module, contents] of Object.entries(TRIMMED_PIECES)) {
      const filter = new RegExp(`${module.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
      build.onLoad({ filter }, () => ({ contents }));
    }
  },
};

/**
 * The same schemas, written so that esbuild sees which of them nobody uses: an error that registers itself is used, and
 * a key that is computed might do anything.
 *
 * @throws Error where an SDK release writes them otherwise, so that nothing would be left out
 */
export function prunableSchemas(source: string, path: string): string {
  const texts = new Map(
    [...source.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
  );
  let left = 0;
  const pruned = source
    .replaceAll(/^n0_registry\.registerError\((\w+)\$, \w+\);$/gm, (line, name) => {
      if (ERRORS_BY_CLASS.has(name)) return line;
      left += 1;
      return '';
    })
    .replaceAll(/\[(_\w+)\]:/g, (key, name) => (texts.has(name) ? `${texts.get(name)}:` : key));
  if (left === 0) throw new Error(`${path} registers no errors any more as lib/build/trim-sdk.ts knows them`);
  return pruned;
}
