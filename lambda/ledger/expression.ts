import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { LoggableError } from '../loggable-error.ts';

export interface Change {
  /** Attributes and what they become; undefined leaves an attribute as it is. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Numbers to add to attributes. */
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  readonly condition: string;
  /** Values that the condition names. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * DynamoDB's update fields. Every attribute is written as `#name`, since many good names are reserved words,
 * and every value that the expressions do not name is left out, since DynamoDB refuses unused ones.
 */
export function updateFields({ set = {}, add = {}, remove = [], condition, values }: Change) {
  const sets = Object.entries(set).filter(([, value]) => value !== undefined);
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.map(([name]) => `#${name} = :set_${name}`).join(', ')}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
    ...(Object.keys(add).length > 0
      ? [
          `ADD ${Object.keys(add)
            .map((name) => `#${name} :add_${name}`)
            .join(', ')}`,
        ]
      : []),
  ];
  const UpdateExpression = clauses.join(' ');
  return {
    UpdateExpression,
    ConditionExpression: condition,
    ExpressionAttributeNames: namesIn(`${UpdateExpression} ${condition}`),
    ExpressionAttributeValues: valuesIn(`${UpdateExpression} ${condition}`, {
      ...values,
      ...Object.fromEntries(sets.map(([name, value]) => [`set_${name}`, value])),
      ...Object.fromEntries(Object.entries(add).map(([name, value]) => [`add_${name}`, value])),
    }),
  };
}

/** Returns whether an item is as a change leaves it. Numbers that the change adds to are not compared. */
export function isAfter(item: Readonly<Record<string, unknown>>, { set = {}, remove = [] }: Change): boolean {
  const isSet = ([name, value]: [string, unknown]) =>
    value === undefined || isDeepStrictEqual(item[name], value);
  return Object.entries(set).every(isSet) && remove.every((name) => item[name] === undefined);
}

interface Aliases {
  readonly names: Record<string, string>;
  readonly values: readonly string[];
}

/** There are some dozens of texts: each is searched once, and not for each call. */
const searched = new Map<string, Aliases>();

function aliasesIn(text: string): Aliases {
  const known = searched.get(text);
  if (known !== undefined) return known;
  const aliases = {
    names: Object.fromEntries([...text.matchAll(/#(\w+)/g)].map(([alias, name = '']) => [alias, name])),
    values: [...text.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
  };
  searched.set(text, aliases);
  return aliases;
}

/** `{'#state': 'state'}` for every `#state` in the text. */
export function namesIn(text: string): Record<string, string> {
  return aliasesIn(text).names;
}

/** `{':now': …}` for every `:now` in the text. */
export function valuesIn(
  text: string,
  values: Readonly<Record<string, unknown>>,
): Record<string, AttributeValue> {
  const named = aliasesIn(text).values.map((name) => {
    if (!(name in values)) throw new LoggableError(`no value for :${name} in: ${text}`);
    return [`:${name}`, values[name]];
  });
  return marshall(Object.fromEntries(named), { removeUndefinedValues: true });
}
