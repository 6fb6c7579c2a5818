import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { AppName } from './app-name.ts';

/** Names that the template is written with. */
const TEMPLATE_NAME = { packageName: 'my-app', stackName: 'MyApp' } as const;

/** npm leaves `.gitignore` out of packages, or renames it. */
const STORED_AS: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/**
 * Returns the files of a new app: their contents by their paths, with `/` between folders.
 *
 * @param template folder of the template
 * @param packageSpec what package.json names as callback-completion
 */
export function appFiles(template: string, name: AppName, packageSpec: string): Map<string, string> {
  const paths = readdirSync(template, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(template, path)).isFile())
    .sort();
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(template, path), 'utf8')
        .replaceAll(TEMPLATE_NAME.packageName, name.packageName)
        .replaceAll(TEMPLATE_NAME.stackName, name.stackName);
      const content = path === 'package.json' ? withPackage(text, packageSpec) : text;
      return [STORED_AS[path] ?? path.split(sep).join('/'), content];
    }),
  );
}

function withPackage(text: string, spec: string): string {
  const content = JSON.parse(text);
  content.dependencies['callback-completion'] = spec;
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
