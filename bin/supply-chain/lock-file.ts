import { readFileSync } from 'node:fs';

/** npm's registry: the only place that packages come from. */
const REGISTRY = 'https://registry.npmjs.org/';

/** One package as package-lock.json (version 3) has it. */
export interface LockedPackage {
  readonly version?: string;
  /** Left out where npm is told to (`omit-lockfile-registry-resolved`): then it is the registry in use. */
  readonly resolved?: string;
  /** Left out of what comes in another package's archive, which has one. */
  readonly integrity?: string;
  /** As the package's author states it, in SPDX's notation. */
  readonly license?: string;
  readonly inBundle?: boolean;
  readonly link?: boolean;
}

export interface LockFile {
  readonly lockfileVersion: number;
  /** By the folder that it is installed in, `node_modules/a/node_modules/b`; the empty one is the project itself. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export function readLockFile(path: string): LockFile {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** `node_modules/a/node_modules/@b/c` is the package `@b/c`. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The packages that an installation consists of; not the project. */
export function lockedPackages({ packages }: LockFile): [string, LockedPackage][] {
  return Object.entries(packages).filter(([folder]) => folder !== '');
}

/**
 * What keeps a lock file from saying, byte for byte, what is installed: a package without a hash, or one that comes
 * from elsewhere than the registry (git, a file, another server). Empty where all is well.
 *
 * Where a package does not name its server the hash alone holds it, which is enough: no server can answer with
 * other bytes than those that were locked.
 */
export function lockProblems(lock: LockFile): string[] {
  if (lock.lockfileVersion !== 3) return [`version ${lock.lockfileVersion} of the format; known is 3`];
  return lockedPackages(lock).flatMap(([folder, locked]) => {
    const { version, resolved, integrity, inBundle = false, link = false } = locked;
    const problems: string[] = [];
    if (link) problems.push('is a link to a folder of this machine');
    if (version === undefined) problems.push('has no version');
    if (resolved !== undefined && !resolved.startsWith(REGISTRY)) problems.push(`comes from ${resolved}`);
    if (inBundle) {
      if (!isHeldByItsParent(folder, lock)) problems.push('is in no archive that has a hash');
    } else if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) {
      problems.push(integrity === undefined ? 'has no hash' : `has a hash that is no SHA-512: ${integrity}`);
    }
    return problems.map((problem) => `${folder} ${problem}`);
  });
}

/** Whether a package around it comes as an archive of its own, with a hash. */
function isHeldByItsParent(folder: string, { packages }: LockFile): boolean {
  for (let inner = folder; inner.includes('/node_modules/'); ) {
    inner = inner.slice(0, inner.lastIndexOf('/node_modules/'));
    if (packages[inner]?.integrity !== undefined) return true;
  }
  return false;
}
