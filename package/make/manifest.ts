/** The parts of the clone's package.json that the package's is made of. */
export interface CloneManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/**
 * Versions of what the app brings. The construct needs `Validations` of aws-cdk-lib, which 2.252.0 has. An app with that,
 * constructs 10.6.0 and zod 4.0.0 was synthesized; the suite tests the versions of the clone.
 */
const PEERS = { 'aws-cdk-lib': '^2.252.0', constructs: '^10.5.0', zod: '^4.0.0' };

/**
 * Returns package.json of the package.
 *
 * @param installed returns the version of a package that is installed in the clone
 */
export function packageManifest(
  { name, version, description, license }: CloneManifest,
  installed: (dependency: string) => string,
): object {
  const both = (entry: string, types: string) => ({
    import: { types: `./types/${types}.d.mts`, default: `./dist/${entry}.mjs` },
    require: { types: `./types/${types}.d.cts`, default: `./dist/${entry}.cjs` },
  });
  return {
    name,
    version,
    description,
    license,
    engines: { node: '>=24' },
    bin: { [name]: 'bin/callback-completion.cjs' },
    // For tools that do not read `exports`.
    main: './dist/index.cjs',
    types: './types/package/index.d.cts',
    exports: {
      '.': { types: './types/package/index.d.cts', default: './dist/index.cjs' },
      './task': both('task', 'lambda/task/index'),
      './testing': both('testing', 'testing/index'),
      './package.json': './package.json',
    },
    // Nothing in it does anything when it is imported and not used.
    sideEffects: false,
    files: [
      'bin',
      'dist',
      'docs',
      'examples',
      'templates',
      'types',
      'CHANGELOG.md',
      'SECURITY.md',
      'THIRD-PARTY-LICENSES.txt',
    ],
    dependencies: {
      // Native code: it cannot be bundled.
      'classic-level': installed('classic-level'),
      esbuild: installed('esbuild'),
    },
    peerDependencies: PEERS,
  };
}
