import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import type { AppCdk } from './judge-cdk.ts';

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** @param appFolder the folder of cdk.json */
export function appCdk(appFolder: string): AppCdk {
  return { installed: installedIn(appFolder), wanted: wantedBy(appFolder) };
}

function installedIn(appFolder: string): string | undefined {
  try {
    return createRequire(join(appFolder, 'package.json'))('aws-cdk/package.json').version;
  } catch {
    return undefined;
  }
}

function wantedBy(appFolder: string): string | undefined {
  try {
    const text = readFileSync(join(appFolder, 'package.json'), 'utf8');
    const { dependencies, devDependencies } = packageSchema.parse(JSON.parse(text));
    return devDependencies['aws-cdk'] ?? dependencies['aws-cdk'];
  } catch {
    // An app in another language has none.
    return undefined;
  }
}
