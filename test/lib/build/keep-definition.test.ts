import { describe, expect, it } from 'vitest';
import { exportsRun, onlyDefinition } from '../../../lib/build/keep-definition.ts';

const kept = async (source: string) => await onlyDefinition(source, '/app/tasks/greet.ts');

/** A task file with everything that could get into the way. */
const HOSTILE = `
import 'side-effect';
import { S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import settings from './settings.json' with { type: 'json' };
import * as z from 'zod/mini';
import { defineTask } from 'callback-completion/task';
import { LIMIT as MAX, type Size } from './limits.ts';

const client = new S3Client({});
const legacy = require('legacy');
enum Fit { cover = 'cover', contain = 'contain' }
enum Unused { one }
const { width: maxWidth, ...others } = { width: MAX, height: 2 };
function atMost(limit: number) { return z.int().check(z.maximum(limit)); }
@sealed class Resizer { static { register(Resizer); } name = 'definition'; }
const input = z.strictObject({ width: atMost(maxWidth), fit: z.enum(Fit) });
const ready = await client.send();
console.log('loaded');
if (settings.debug) console.log(others);

export const definition = defineTask({ input });
export const run = async () => sharp(ready, legacy, Resizer);
export default run;
`;

describe('the definition of a task file', () => {
  it('keeps the imports and declarations that it refers to, and nothing else', async () => {
    expect(await kept(HOSTILE)).toBe(
      [
        'import * as z from "zod/mini";',
        'import { defineTask as defineTask } from "callback-completion/task";',
        'import { LIMIT as MAX } from "./limits.ts";',
        'var Fit = /* @__PURE__ */ ((Fit2) => {\n  Fit2["cover"] = "cover";\n  Fit2["contain"] = "contain";\n  return Fit2;\n})(Fit || {});',
        'const { width: maxWidth, ...others } = { width: MAX, height: 2 };',
        'function atMost(limit) {\n  return z.int().check(z.maximum(limit));\n}',
        'const input = z.strictObject({ width: atMost(maxWidth), fit: z.enum(Fit) });',
        'const definition = defineTask({ input });',
        'export { definition as definition };',
      ].join('\n'),
    );
  });

  it('may be exported in any way that names it', async () => {
    expect(await kept(`const a = 1, b = 2; export { a as definition };`)).toBe(
      'const a = 1;\nexport { a as definition };',
    );
    const imported = 'import { greet as greet } from "./definitions.ts";\nexport { greet as definition };';
    expect(await kept(`export { greet as definition } from './definitions.ts';`)).toBe(imported);
    expect(await kept(`import { greet } from './definitions.ts'; export { greet as definition };`)).toBe(
      imported,
    );
  });

  it('does not need what only has the name of one of its properties', async () => {
    const source = `
      const client = connect();
      export const definition = defineTask({ client: 1, input: shape.client });
    `;

    expect(await kept(source)).toBe(
      'const definition = defineTask({ client: 1, input: shape.client });\nexport { definition as definition };',
    );
  });

  it('keeps the attributes of an import', async () => {
    const source = `
      import names from './names.json' with { type: 'json' };
      export const definition = defineTask({ input: z.enum(names) });
    `;

    expect(await kept(source)).toContain(`import names from "./names.json" with { type: "json" };`);
  });
});

describe('a task file that cannot be taken apart', () => {
  const refused = async (source: string) =>
    await kept(source).catch((error: Error) => `${error.name}: ${error.message}`);

  it('has no export of that name', async () => {
    expect(await refused('export const run = () => 1;')).toBe(
      'BuildError: /app/tasks/greet.ts: exports no definition. Add `export const definition = defineTask({ input: … })`, or move the file into a folder below the tasks folder if it is not a task.',
    );
  });

  it.each([
    [
      'a namespace',
      'namespace Sizes { export const max = 9; } export const definition = defineTask(Sizes.max);',
      'Sizes',
    ],
    [
      'a later value',
      'let input; input = z.string(); export const definition = defineTask({ input });',
      'input',
    ],
    [
      'a condition that sets it',
      'let max = 1; if (process.env.BIG) max = 9; export const definition = f(max);',
      'max',
    ],
    [
      'a loop that fills it',
      'const names = []; for (const n of all) names.push(n); export const definition = f(names);',
      'names',
    ],
    [
      'a field set later',
      'const shape = {}; shape.name = z.string(); export const definition = f(shape);',
      'shape',
    ],
    ['a count', 'let n = 1; n++; export const definition = f(n);', 'n'],
    [
      'fields added',
      'const shape = {}; Object.assign(shape, more); export const definition = f(shape);',
      'shape',
    ],
    [
      'a setting of zod',
      "import * as z from 'zod'; z.config({}); export const definition = f(z.string());",
      'z',
    ],
    ['a decorated class', '@dec class Shape {} export const definition = defineTask(Shape);', 'Shape'],
  ])('needs %s', async (_what, source, name) => {
    expect(await refused(source)).toBe(
      `BuildError: /app/tasks/greet.ts: the definition needs ${name}, which a statement of its own changes or sets: a TypeScript namespace, a decorator, an assignment, or a call such as ${name}.set(…). Only declarations are taken into the submit function: give ${name} its value in its declaration, or move it into a file of its own and import it.`,
    );
  });

  it('may have such statements about other names', async () => {
    const source = 'namespace Sizes { export const max = 9; } export const definition = defineTask({});';

    expect(await refused(source)).toBe(
      'const definition = defineTask({});\nexport { definition as definition };',
    );
  });
});

it.each([
  ['export const run = () => 1;', true],
  ['const work = () => 1; export { work as run };', true],
  ["export { run } from './work.ts';", true],
  ['const run = () => 1; export { run as other };', false],
  ['export type run = string;', false],
])('whether %j exports run: %j', async (source, expected) => {
  expect(await exportsRun(source)).toBe(expected);
});
