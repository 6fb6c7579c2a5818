/**
 * DynamoDB's expressions, as far as the ledger writes them:
 *
 * ```
 * condition  = clause { AND clause } | clause { OR clause }
 * clause     = "(" condition ")" | attribute_exists(#a) | attribute_not_exists(#a) | #a = :v | #a < :v | #a <= :v
 * update     = [ SET #a = :v {, …} ] [ REMOVE #a {, …} ] [ ADD #a :v {, …} ]
 * ```
 * Anything else throws: a simulation that guesses proves nothing.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** What DynamoDB answers to a request that is not in its language. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException';
  readonly $metadata = {};
}

type Condition = (item: Item | undefined, placeholders: Placeholders) => boolean;

const conditions = new Map<string, Condition>();

/** Whether the condition holds for the item; undefined stands for an item that is not there. */
export function holds(text: string, item: Item | undefined, placeholders: Placeholders): boolean {
  let condition = conditions.get(text);
  if (condition === undefined) {
    condition = new ConditionParser(text).parse();
    conditions.set(text, condition);
  }
  return condition(item, placeholders);
}

/** The item after the update. */
export function updated(text: string, item: Item, placeholders: Placeholders): Item {
  const sections = [...text.matchAll(/(SET|REMOVE|ADD) (.+?)(?= REMOVE | ADD |$)/g)];
  if (sections.map(([section]) => section).join(' ') !== text) throw unknown(text);
  const result: Record<string, AttributeValue> = { ...item };
  for (const [, keyword, list = ''] of sections) {
    for (const part of list.split(', ')) {
      const [, alias = '', , value] = /^(#\w+)( = | |)(:\w+)?$/.exec(part) ?? [];
      if (alias === '' || (keyword === 'REMOVE') !== (value === undefined)) throw unknown(text);
      const name = attributeFor(alias, placeholders);
      if (value === undefined) delete result[name];
      else if (keyword === 'SET') result[name] = givenFor(value, placeholders);
      else result[name] = sum(item[name], givenFor(value, placeholders));
    }
  }
  return result;
}

/** DynamoDB refuses placeholders that no expression names. */
export function checkAllUsed(
  text: string,
  { ExpressionAttributeNames, ExpressionAttributeValues }: Placeholders,
) {
  const named = new Set(text.match(/[#:]\w+/g) ?? []);
  for (const alias of [
    ...Object.keys(ExpressionAttributeNames ?? {}),
    ...Object.keys(ExpressionAttributeValues ?? {}),
  ]) {
    if (!named.has(alias)) throw new ValidationException(`${alias} is not used in: ${text}`);
  }
}

class ConditionParser {
  readonly #text: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/attribute_exists|attribute_not_exists|AND|OR|<=|[=<()]|[#:]\w+|\S/g) ?? [];
  }

  parse(): Condition {
    const condition = this.#condition();
    if (this.#next < this.#tokens.length) throw unknown(this.#text);
    return condition;
  }

  #condition(): Condition {
    const clauses = [this.#clause()];
    const operator = this.#tokens[this.#next];
    while (operator !== undefined && /^(AND|OR)$/.test(operator) && this.#tokens[this.#next] === operator) {
      this.#next += 1;
      clauses.push(this.#clause());
    }
    // AND and OR side by side would need a precedence; the ledger writes parentheses instead.
    if (/^(AND|OR)$/.test(this.#tokens[this.#next] ?? '')) throw unknown(this.#text);
    return operator === 'OR'
      ? (item, placeholders) => clauses.some((clause) => clause(item, placeholders))
      : (item, placeholders) => clauses.every((clause) => clause(item, placeholders));
  }

  #clause(): Condition {
    const token = this.#take();
    if (token === '(') {
      const condition = this.#condition();
      this.#expect(')');
      return condition;
    }
    if (token === 'attribute_exists' || token === 'attribute_not_exists') {
      this.#expect('(');
      const alias = this.#take();
      this.#expect(')');
      const wanted = token === 'attribute_exists';
      return (item, placeholders) => (item?.[attributeFor(alias, placeholders)] !== undefined) === wanted;
    }
    const operator = this.#take();
    const value = this.#take();
    if (!token.startsWith('#') || !value.startsWith(':')) throw unknown(this.#text);
    const compare = COMPARISONS.get(operator);
    if (compare === undefined) throw unknown(this.#text);
    return (item, placeholders) => {
      const given = givenFor(value, placeholders);
      const stored = item?.[attributeFor(token, placeholders)];
      return stored !== undefined && compare(stored, given);
    };
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw unknown(this.#text);
    return token;
  }

  #expect(token: string): void {
    if (this.#take() !== token) throw unknown(this.#text);
  }
}

const COMPARISONS: ReadonlyMap<string, (stored: AttributeValue, given: AttributeValue) => boolean> = new Map([
  ['=', (stored, given) => order(stored, given) === 0],
  ['<', (stored, given) => order(stored, given) < 0],
  ['<=', (stored, given) => order(stored, given) <= 0],
]);

/** Below, at or above 0; NaN where the two cannot be compared, which no comparison survives. */
function order(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N === undefined && a.S === undefined)
    throw new ValidationException('only text and numbers are compared');
  return Number.NaN;
}

function sum(stored: AttributeValue | undefined, added: AttributeValue): AttributeValue {
  if (added.N === undefined || (stored !== undefined && stored.N === undefined)) {
    throw new ValidationException('ADD is for numbers');
  }
  return { N: String(Number(stored?.N ?? 0) + Number(added.N)) };
}

function attributeFor(alias: string, { ExpressionAttributeNames }: Placeholders): string {
  const name = ExpressionAttributeNames?.[alias];
  if (name === undefined) throw new ValidationException(`there is no name for ${alias}`);
  return name;
}

function givenFor(alias: string, { ExpressionAttributeValues }: Placeholders): AttributeValue {
  const value = ExpressionAttributeValues?.[alias];
  if (value === undefined) throw new ValidationException(`there is no value for ${alias}`);
  return value;
}

function unknown(text: string): Error {
  return new Error(`the simulator does not know this expression; teach it first: ${text}`);
}
