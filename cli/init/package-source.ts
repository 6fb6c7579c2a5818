import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InitError } from './init-error.ts';

/** Where an app gets callback-completion from. */
export type PackageSource =
  /** What package.json names: a version, a range, a URL. */
  | { readonly spec: string }
  /** A file made by `npm pack`. It is copied into the app, which can then be moved, cloned and installed anywhere. */
  | { readonly tarball: string };

/** What npm records of an installed package in `node_modules/.package-lock.json`. */
interface InstalledPackage {
  readonly version?: string;
  /** `file:…` relative to the folder of node_modules, or a URL. npm can be configured to leave it out for registries. */
  readonly resolved?: string;
}

const PACKAGE = 'callback-completion';

const HINT = `Pass --package SPEC: a tarball of npm pack, or what package.json can name. Example: --package ./callback-completion-0.1.0.tgz`;

/**
 * Returns the source that the user names with `--package`.
 *
 * @param spec a path or `file:` URL of a tarball, or anything else that package.json can name
 * @param folder to which a relative path refers
 * @throws InitError if it is a path of a file that does not exist
 */
export function givenSource(spec: string, folder: string): PackageSource {
  const isUrl = /^(?!file:)[a-z][a-z+]*:/i.test(spec);
  if (isUrl || !/^file:|\.(tgz|tar\.gz)$/.test(spec)) return { spec };
  const tarball = pathOf(spec, folder);
  if (statSync(tarball, { throwIfNoEntry: false })?.isFile()) return { tarball };
  throw new InitError(`--package ${spec}: there is no file ${tarball}. ${HINT}`, 2);
}

/**
 * Returns the source that this package itself was installed from, so that the app gets the same.
 *
 * @param packageFolder folder of this package's package.json
 * @throws InitError if it cannot be found out, or the tarball does not exist any more
 */
export function installedSource(packageFolder: string): PackageSource {
  const modules = dirname(packageFolder);
  const lockFile = join(modules, '.package-lock.json');
  const installed =
    basename(modules) === 'node_modules' && existsSync(lockFile)
      ? (JSON.parse(readFileSync(lockFile, 'utf8')).packages?.[`node_modules/${PACKAGE}`] as
          | InstalledPackage
          | undefined)
      : undefined;
  const source = installed && recordedSource(installed, dirname(modules));
  if (source === undefined) {
    throw new InitError(
      `It is not recorded where ${packageFolder} was installed from, so the app's package.json cannot name it. ${HINT}`,
      1,
    );
  }
  if ('tarball' in source && !existsSync(source.tarball)) {
    throw new InitError(
      `callback-completion was installed from ${source.tarball}, which does not exist any more. ${HINT}`,
      1,
    );
  }
  return source;
}

/**
 * Decides what npm's record of an installed package means.
 *
 * @param folder that contains node_modules
 */
export function recordedSource(
  { version, resolved }: InstalledPackage,
  folder: string,
): PackageSource | undefined {
  if (resolved?.startsWith('file:')) return { tarball: pathOf(resolved, folder) };
  const isFromRegistry = resolved === undefined || resolved.includes(`/${PACKAGE}/-/${PACKAGE}-`);
  if (!isFromRegistry) {
    if (hasCredentials(resolved)) {
      throw new InitError(
        `callback-completion was installed from a URL with a password, which belongs in no package.json. ${HINT}`,
        1,
      );
    }
    return { spec: resolved };
  }
  // So that `npm update` takes fixes.
  return version === undefined ? undefined : { spec: `^${version}` };
}

function hasCredentials(spec: string): boolean {
  const url = spec.replace(/^git\+/, '');
  return URL.canParse(url) && new URL(url).password !== '';
}

/** npm writes `file:` with a path that may be relative, which is not a URL. */
function pathOf(spec: string, folder: string): string {
  return spec.startsWith('file://') ? fileURLToPath(spec) : resolve(folder, spec.replace(/^file:/, ''));
}
