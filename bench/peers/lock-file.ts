/** What a package's own package.json says of it. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/** As much of npm's lock file as is used here: where each package lies, below its folder, and which it is. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  /** Where it is not the one that its folder is called after. */
  readonly name?: string;
  /** It may be missing: that of another platform is. */
  readonly optional?: boolean;
}

/**
 * What is installed otherwise than the lock file says, in words; nothing where all is as it should be.
 *
 * @param installedAt what lies at a place of the lock file, `node_modules/pg`
 */
export function differencesFrom(
  { packages }: LockFile,
  installedAt: (path: string) => NamedVersion | undefined,
): string[] {
  return Object.entries(packages).flatMap(([path, { version, name = nameAt(path), optional }]) => {
    if (path === '') return []; // who wants them
    const installed = installedAt(path);
    if (installed === undefined) return optional === true ? [] : [`${path} is missing`];
    if (installed.name === name && installed.version === version) return [];
    return [`${path} is ${installed.name} ${installed.version}, not ${name} ${version}`];
  });
}

/** `@ioredis/commands` of `node_modules/ioredis/node_modules/@ioredis/commands` */
function nameAt(path: string): string {
  return path.split('node_modules/').at(-1) ?? path;
}
