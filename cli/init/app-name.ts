import { InitError } from './init-error.ts';

/** What an app is called in its files. */
export interface AppName {
  /** Name in package.json: lower case, `my-app`. */
  readonly packageName: string;
  /** Name of the CloudFormation stack: `MyApp`. */
  readonly stackName: string;
}

/** Begins with a letter, as the name of a stack does, and does not end with a character that Windows strips. */
const ALLOWED = /^[A-Za-z](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$/;

/** npm refuses them as names of packages, or an app of that name could not import its own dependency. */
const TAKEN = [
  'node_modules',
  'favicon.ico',
  'aws-cdk',
  'aws-cdk-lib',
  'callback-completion',
  'constructs',
  'typescript',
  'vitest',
  'zod',
];

/**
 * Returns the names of an app in a folder of the given name, made valid for npm and CloudFormation.
 *
 * @param folderName without its path
 * @throws InitError if no valid names can be made of it
 */
export function appName(folderName: string): AppName {
  if (!ALLOWED.test(folderName)) {
    throw new InitError(
      `The name ${JSON.stringify(folderName)} cannot be used: give 1 to 64 letters, digits, spaces and . _ -, beginning with a letter and ending with a letter or digit. Example: my-app`,
      2,
    );
  }
  const packageName = folderName.toLowerCase().replaceAll(' ', '-');
  if (TAKEN.includes(packageName)) {
    throw new InitError(
      `The name ${JSON.stringify(folderName)} cannot be used: npm has a package of that name which the app needs, or reserves it. Give another name. Example: my-app`,
      2,
    );
  }
  const words = folderName.split(/[^A-Za-z0-9]+/);
  return {
    packageName,
    stackName: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
  };
}
