import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SettingError } from './setting-error.ts';

/**
 * Refuses a scope that was made by another copy of constructs or aws-cdk-lib than this package's: the CDK compares some
 * of its objects by their classes.
 *
 * @param appFolder folder from which the app finds its packages
 * @throws SettingError with both places
 */
export function refuseSecondCopies(scope: Construct, appFolder = process.cwd()): void {
  const isOwn = {
    constructs: scope instanceof Construct,
    'aws-cdk-lib': Stack.of(scope) instanceof Stack,
  };
  for (const [name, own] of Object.entries(isOwn)) {
    if (own) continue;
    const ours = fileOf(name, import.meta.filename);
    const apps = fileOf(name, join(appFolder, 'package.json'));
    // A test runner may load one copy twice.
    if (ours === undefined || apps === undefined || ours === apps) continue;
    throw new SettingError(
      `${name} is installed twice: callback-completion uses ${ours}, this app ${apps}. Keep one of them: let the app ask for a version of ${name} that callback-completion takes, then run npm dedupe.`,
    );
  }
}

/** The file that a module gets when it imports the package. Undefined if it finds none. */
function fileOf(name: string, module: string): string | undefined {
  try {
    return createRequire(module).resolve(name);
  } catch {
    return undefined;
  }
}
