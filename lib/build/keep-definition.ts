import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AnyNode, type Pattern, type Program, parse } from 'acorn';
import { type Plugin, transform } from 'esbuild';
import { BuildError, shownPath } from './build-error.ts';

/**
 * Leaves of each task file only its `definition` and what that refers to: the submit function must not load the work
 * and its packages. Imports by a task file count as free of side effects.
 *
 * @param taskFiles absolute paths
 */
export function keepDefinitions(taskFiles: readonly string[]): Plugin {
  const files = new Set(taskFiles);
  return {
    name: 'keep-definitions',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === RESOLVED_ONCE || !files.has(importer)) return undefined;
        const resolved = await build.resolve(path, { importer, resolveDir, kind, pluginData: RESOLVED_ONCE });
        return resolved.errors.length > 0 ? resolved : { ...resolved, sideEffects: false };
      });
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!files.has(path)) return undefined;
        const source = await readFile(path, 'utf8');
        try {
          return { contents: await onlyDefinition(source, path), loader: 'js', resolveDir: dirname(path) };
        } catch (error) {
          if (!(error instanceof BuildError)) throw error;
          return { errors: [{ text: error.message }] };
        }
      });
    },
  };
}

const RESOLVED_ONCE = Symbol('resolved once');

/**
 * Returns JavaScript that exports `definition`, with the imports and top-level statements that it needs.
 *
 * @param source TypeScript of a task file
 * @throws BuildError if there is no such export, or what it needs is assigned by a statement of its own
 */
export async function onlyDefinition(source: string, file: string): Promise<string> {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node24',
    tsconfigRaw: '{}',
    sourcefile: file,
    logLevel: 'silent',
  });
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const exported = exportedDefinition(program);
  if (exported === undefined) {
    throw new BuildError(
      `${shownPath(file)}: exports no definition. Add \`export const definition = defineTask({ input: … })\`, or move the file into a folder below the tasks folder if it is not a task.`,
    );
  }

  const units = program.body.flatMap((statement) => unitsOf(statement, code));
  const kept = reachedFrom(exported, units);
  refuseLateChanges(program, kept, file);
  const text = units.filter((unit) => kept.has(unit)).map((unit) => unit.text);
  return [...text, `export { ${exported} as definition };`].join('\n');
}

/** Whether the file exports `run`, as far as its own export statements show. */
export async function exportsRun(source: string): Promise<boolean> {
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  return body.some(
    (statement) =>
      statement.type === 'ExportNamedDeclaration' &&
      statement.specifiers.some(({ exported }) => isNamed(exported, 'run')),
  );
}

/** A top-level import or declaration. */
interface Unit {
  /** The names that it declares. */
  readonly declares: readonly string[];
  /** The names that it mentions. */
  readonly mentions: ReadonlySet<string>;
  readonly text: string;
}

/** The local name of the export. esbuild writes all exports as specifiers, and those of other modules as imports. */
function exportedDefinition({ body }: Program): string | undefined {
  for (const statement of body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const { exported, local } of statement.specifiers) {
      if (isNamed(exported, 'definition') && local.type === 'Identifier') return local.name;
    }
  }
  return undefined;
}

function isNamed(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function unitsOf(statement: Program['body'][number], code: string): Unit[] {
  const source = ({ start, end }: AnyNode) => code.slice(start, end);
  switch (statement.type) {
    case 'ImportDeclaration':
      return statement.specifiers.map((specifier) => ({
        declares: [specifier.local.name],
        mentions: new Set(),
        text: importText(specifier, source(statement.source), statement.attributes.map(source)),
      }));
    case 'VariableDeclaration':
      return statement.declarations.map((declaration) => ({
        declares: boundNames(declaration.id),
        mentions: mentionedNames(declaration),
        text: `${statement.kind} ${source(declaration)};`,
      }));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [
        {
          declares: [statement.id?.name ?? ''],
          mentions: mentionedNames(statement),
          text: source(statement),
        },
      ];
    default:
      return [];
  }
}

/** One import statement for each name, so that each can be left out by itself. */
function importText(
  specifier: Extract<Program['body'][number], { type: 'ImportDeclaration' }>['specifiers'][number],
  from: string,
  attributes: readonly string[],
): string {
  const withAttributes = attributes.length > 0 ? ` with { ${attributes.join(', ')} }` : '';
  const local = specifier.local.name;
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return `import ${local} from ${from}${withAttributes};`;
    case 'ImportNamespaceSpecifier':
      return `import * as ${local} from ${from}${withAttributes};`;
    case 'ImportSpecifier': {
      const { imported } = specifier;
      const name = imported.type === 'Identifier' ? imported.name : JSON.stringify(imported.value);
      return `import { ${name} as ${local} } from ${from}${withAttributes};`;
    }
  }
}

function reachedFrom(name: string, units: readonly Unit[]): Set<Unit> {
  const kept = new Set<Unit>();
  const names = [name];
  for (let next = names.pop(); next !== undefined; next = names.pop()) {
    for (const unit of units) {
      if (kept.has(unit) || !unit.declares.includes(next)) continue;
      kept.add(unit);
      names.push(...unit.mentions);
    }
  }
  return kept;
}

/** What a kept name holds must be in its declaration: no other statement of the file runs in the submit function. */
function refuseLateChanges({ body }: Program, kept: ReadonlySet<Unit>, file: string): void {
  const names = new Set([...kept].flatMap(({ declares }) => declares));
  for (const statement of body) {
    if (/^(Import|Export|Function|Class|Variable)/.test(statement.type)) continue;
    const name = [...changedNames(statement)].find((one) => names.has(one));
    if (name === undefined) continue;
    throw new BuildError(
      `${shownPath(file)}: the definition needs ${name}, which a statement of its own changes or sets: a TypeScript namespace, a decorator, an assignment, or a call such as ${name}.set(…). Only declarations are taken into the submit function: give ${name} its value in its declaration, or move it into a file of its own and import it.`,
    );
  }
}

/** The names that a pattern binds: `a`, `b` and `c` of `{ a, x: [b], ...c }`. */
function boundNames(pattern: Pattern | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'Property' ? property.value : property.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/**
 * The names that a part of the program mentions, those of its own inner variables included: to keep too much is safe.
 * Names of properties are not among them.
 */
function mentionedNames(node: AnyNode): Set<string> {
  const names = new Set<string>();
  walk(node, (inner) => {
    if (inner.type === 'Identifier') names.add(inner.name);
  });
  return names;
}

/** The names whose values a statement may change: it assigns to them or their fields, or calls a method of theirs. */
function changedNames(statement: AnyNode): Set<string> {
  const names = new Set<string>();
  const add = (node: AnyNode) => {
    const root = rootName(node);
    if (root !== undefined) names.add(root);
  };
  walk(statement, (inner) => {
    if (inner.type === 'AssignmentExpression') {
      for (const name of boundNames(inner.left as Pattern)) names.add(name);
      add(inner.left);
    }
    if (inner.type === 'UpdateExpression') add(inner.argument);
    if (inner.type === 'CallExpression') {
      if (inner.callee.type === 'MemberExpression') add(inner.callee);
      // Object.assign(name, …)
      const [first] = inner.arguments;
      if (first !== undefined && rootName(inner.callee) === 'Object') add(first);
    }
  });
  return names;
}

/** `a` of `a`, `a.b` and `a[b].c`. */
function rootName(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? rootName(node.object) : undefined;
}

/** Visits the nodes of a part of the program, except the names of properties that are not computed. */
function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  const isNameAlone = 'computed' in node && !node.computed;
  for (const [field, value] of Object.entries(node)) {
    if (isNameAlone && (field === 'key' || field === 'property')) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string') walk(child, visit);
    }
  }
}
