import { expect, it } from 'vitest';
import { packageManifest } from '../../../package/make/manifest.ts';

const CLONE = {
  name: 'callback-completion',
  version: '0.1.0',
  description: 'Runs tasks',
  license: 'Apache-2.0',
};
const VERSIONS: Readonly<Record<string, string>> = { 'classic-level': '3.0.0', esbuild: '0.28.2' };

it('depends on what cannot be bundled, in the versions that were tested, and leaves the rest to the app', () => {
  expect(packageManifest(CLONE, (name) => VERSIONS[name] ?? 'unknown')).toMatchObject({
    engines: { node: '>=24' },
    bin: { 'callback-completion': 'bin/callback-completion.cjs' },
    dependencies: { 'classic-level': '3.0.0', esbuild: '0.28.2' },
    peerDependencies: {
      'aws-cdk-lib': expect.stringMatching(/^\^2\./),
      constructs: expect.stringMatching(/^\^10\./),
      zod: '^4.0.0',
    },
  });
});

it('has nothing of the clone: no scripts, no tools, and it may be published', () => {
  const manifest = packageManifest(CLONE, () => '1.0.0');

  expect(Object.keys(manifest)).not.toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^(private|scripts|devDependencies|optionalDependencies)$/),
    ]),
  );
});
