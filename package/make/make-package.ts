import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FUNCTIONS, prebuiltFunctions } from '../../lib/build/prebuilt.ts';
import { APP_TEMPLATE, PACKAGE_FOLDER } from '../files.ts';
import { writeBundles, writePage } from './bundles.ts';
import { writeDeclarations } from './declarations.ts';
import { type CloneManifest, packageManifest } from './manifest.ts';
import { thirdPartyNotices } from './notices.ts';

/** What the README leads to. Pictures are left out: they are larger than the rest of the package. */
const DOCUMENTS = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'docs/**/*.md',
  'examples/receivers/**/*.{go,mod,py,ts}',
];

/** What was made. */
export interface MadePackage {
  /** Folder with the package's files. */
  readonly folder: string;
  /** The tarball, as `npm publish` would upload it. */
  readonly tarball: string;
}

/**
 * Makes the package that apps install, and packs it.
 *
 * @param parent gets the folder `package` and the tarball
 */
export async function makePackage(parent: string): Promise<MadePackage> {
  const folder = join(parent, 'package');
  const dist = join(folder, 'dist');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });

  const prebuilt = await prebuiltFunctions();
  for (const name of FUNCTIONS) copyFunction(join(prebuilt.folder, name), join(dist, 'functions', name));
  const metafiles = [
    ...FUNCTIONS.flatMap((name) => prebuilt.metafiles(name)),
    ...(await writeBundles(dist)),
    await writePage(join(dist, 'console-page')),
  ];
  writeDeclarations(join(folder, 'types'));

  cpSync(APP_TEMPLATE, join(folder, 'templates', 'app'), { recursive: true });
  const program = join(folder, 'bin', 'callback-completion.cjs');
  copyFileSync(join(PACKAGE_FOLDER, 'cli', 'callback-completion.cjs'), program);
  chmodSync(program, 0o755);
  for (const file of globSync(DOCUMENTS, { cwd: PACKAGE_FOLDER })) {
    cpSync(join(PACKAGE_FOLDER, file), join(folder, file));
  }
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), thirdPartyNotices(metafiles));
  const manifest: CloneManifest = readManifest('.');
  const installed = (name: string) => readManifest(join('node_modules', name)).version;
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(packageManifest(manifest, installed), undefined, 2)}\n`,
  );
  return { folder, tarball: pack(folder, parent) };
}

/** Copies the code of a prebuilt function, without what explains it to a clone: source maps and esbuild's accounts. */
function copyFunction(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) {
    if (/\.m?js$|^package\.json$/.test(file)) cpSync(join(from, file), join(to, file));
  }
}

function readManifest(folder: string): CloneManifest {
  return JSON.parse(readFileSync(join(PACKAGE_FOLDER, folder, 'package.json'), 'utf8'));
}

function pack(folder: string, destination: string): string {
  const options = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination];
  const output = execFileSync('npm', ['pack', ...options], { cwd: folder, encoding: 'utf8' });
  const [packed]: { readonly filename: string }[] = JSON.parse(output);
  if (packed === undefined) throw new Error(`npm pack printed no file: ${output}`);
  return join(destination, packed.filename);
}
