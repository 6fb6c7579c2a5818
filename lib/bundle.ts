import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { AssetHashType, BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';

/** Where the functions' sources live: one folder a function. */
const LAMBDA_FOLDER = resolve(import.meta.dirname, '..', 'lambda');

const BUNDLER = join(import.meta.dirname, 'bundler.ts');

/**
 * A function's code: its folder's `handler.ts` with all it imports as one CommonJS file, `index.js`, built on
 * this machine by esbuild. No container, no network; unchanged sources give the same asset.
 *
 * @param folder name of the function's folder below `lambda/`
 * @param besides further files of the folder, each bundled by itself into the same asset under its own name
 */
export function bundledCode(folder: string, besides: readonly string[] = []): AssetCode {
  const sourceFolder = join(LAMBDA_FOLDER, folder);
  return Code.fromAsset(sourceFolder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never used: the local bundling below either succeeds or throws.
      image: DockerImage.fromRegistry('scratch'),
      outputType: BundlingOutput.NOT_ARCHIVED,
      local: {
        tryBundle(outputFolder) {
          bundle(sourceFolder, outputFolder, besides);
          return true;
        },
      },
    },
  });
}

/**
 * Runs the bundler as a program of its own, because CDK wants the bundle before this call returns and
 * esbuild's plugins work asynchronously only. What it has to say goes to stderr: stdout is the template's.
 */
export function bundle(sourceFolder: string, outputFolder: string, besides: readonly string[] = []): void {
  execFileSync(process.execPath, [BUNDLER, sourceFolder, outputFolder, ...besides], {
    stdio: ['ignore', 2, 2],
  });
}
