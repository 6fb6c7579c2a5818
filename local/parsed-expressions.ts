/**
 * Has dynalite parse each expression once. Its parser takes a millisecond for a condition such as the ledger's, which is
 * half of what a request costs, and a program sends the same few expressions again and again with other values.
 */
import type { ExpressionContext, ExpressionParser } from 'dynalite/db/updateParser.js';

/** A program that builds texts of its own for every request would otherwise fill the memory. */
const MOST_EXPRESSIONS = 1_000;

/** These check a value's content, not only its type: they are parsed each time. */
const DEPENDS_ON_CONTENT = /between|attribute_type/i;

/** Stands in a parsed expression for a value that each request gives. */
class ValueNamed {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The names of `ExpressionAttributeNames` and `ExpressionAttributeValues` that an expression uses. */
interface Used {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

interface Parsed {
  /** What the parser returned, without values. */
  readonly template: unknown;
  readonly used: Used;
}

/**
 * Returns a parse function that answers as `parser.parse` does, and remembers what it has parsed.
 *
 * @param parse dynalite's own
 */
export function rememberingParse(parse: ExpressionParser['parse']): ExpressionParser['parse'] {
  const known = new Map<string, Parsed>();
  return (text, options) => {
    if (DEPENDS_ON_CONTENT.test(text)) return parse(text, options);
    const { context } = options;
    const key = keyOf(text, context);
    const before = known.get(key);
    if (before !== undefined) {
      markUsed(before.used, context);
      return copyOf(before.template, (node) =>
        node instanceof ValueNamed ? context.attrVals?.[node.name] : undefined,
      );
    }

    const unusedAttrNames = allOf(context.attrNames);
    const unusedAttrVals = allOf(context.attrVals);
    const result = parse(text, { context: { ...context, unusedAttrNames, unusedAttrVals } });
    const used = {
      names: Object.keys(context.attrNames ?? {}).filter((name) => !(name in unusedAttrNames)),
      values: Object.keys(context.attrVals ?? {}).filter((name) => !(name in unusedAttrVals)),
    };
    markUsed(used, context);
    // The text of an error is not kept: it can hold values.
    if (typeof result === 'object') {
      if (known.size >= MOST_EXPRESSIONS) known.clear();
      known.set(key, { template: templateOf(result, context), used });
    }
    return result;
  };
}

/** What a parse depends on, save the content of values. */
function keyOf(text: string, { attrNames, attrVals }: ExpressionContext): string {
  let key = text;
  for (const name in attrNames) key += `\n${JSON.stringify(name)} ${JSON.stringify(attrNames[name])}`;
  for (const name in attrVals) key += `\n${JSON.stringify(name)} ${Object.keys(attrVals[name] ?? {})}`;
  return key;
}

function templateOf(result: unknown, { attrVals }: ExpressionContext): unknown {
  const nameOf = new Map<unknown, string>(
    Object.entries(attrVals ?? {}).map(([name, value]) => [value, name]),
  );
  return copyOf(result, (node) => {
    const name = nameOf.get(node);
    return name === undefined ? undefined : new ValueNamed(name);
  });
}

function markUsed({ names, values }: Used, context: ExpressionContext): void {
  for (const name of names) delete context.unusedAttrNames[name];
  for (const name of values) delete context.unusedAttrVals[name];
}

/** A deep copy, since dynalite writes into it. If `replaced` returns something, the copy has that instead. */
function copyOf(node: unknown, replaced: (node: object) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const other = replaced(node);
  if (other !== undefined) return other;
  if (Array.isArray(node)) return node.map((item) => copyOf(item, replaced));
  const copy = Object.create(Object.getPrototypeOf(node));
  for (const [key, item] of Object.entries(node)) copy[key] = copyOf(item, replaced);
  return copy;
}

function allOf(given: object | null | undefined): Record<string, true> {
  return Object.fromEntries(Object.keys(given ?? {}).map((name) => [name, true]));
}
