import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { packagesIn } from '../../bin/supply-chain/bundled-packages.ts';
import { isAllowed } from '../../bin/supply-chain/licence-check.ts';
import { nameOf, readLockFile } from '../../bin/supply-chain/lock-file.ts';
import { PACKAGE_FOLDER } from '../files.ts';

/**
 * Returns the names, versions and licence texts of all packages of which there is code in the bundles. Packages with the
 * same text are listed together.
 *
 * @throws Error for a licence that asks for more than to be named
 */
export function thirdPartyNotices(metafiles: readonly Metafile[]): string {
  const folders = new Set(metafiles.flatMap((file) => packagesIn(file, '').map(([folder]) => folder)));
  const { packages } = readLockFile(join(PACKAGE_FOLDER, 'package-lock.json'));
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { version, license } = packages[folder] ?? {};
    const name = `${nameOf(folder)} ${version}`;
    if (!isAllowed(license, 'deployed')) {
      throw new Error(`${name} cannot be bundled: its licence is ${license ?? 'not stated'}`);
    }
    const text = licenceText(join(PACKAGE_FOLDER, folder)) ?? 'It comes without a text of its licence.';
    byText.set(text, [...(byText.get(text) ?? []), `${name} (${license})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}`);
  return ['The files in dist/ contain code of these packages. Their licences follow.', ...sections].join(
    `\n\n${'-'.repeat(80)}\n\n`,
  );
}

/** Returns the text of a package's licence and of its notice. Undefined if it comes without. */
function licenceText(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.length === 0 ? undefined : texts.join('\n\n');
}
