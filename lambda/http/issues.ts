import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Issue } from './problem.ts';

// zod/mini has no words of its own: without them every issue says that the input is invalid.
z.config(en());

type ZodIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Names of fields are the sender's: so many characters of a path are told. */
const MAX_PATH_LENGTH = 200;

/**
 * What one request may cost to look at. Each thing that is wrong takes a schema several times as long as what is right,
 * so that a request full of them could keep a small function busy until its time is up.
 */
export interface IssueBudget {
  /** Issues that may still be found, those of every alternative included. */
  left: number;
}

/** About 4,000 cells that fit none of five types; their schema takes about 50 ms for them. */
const MOST_ISSUES_FOUND = 20_000;

export function issueBudget(): IssueBudget {
  return { left: MOST_ISSUES_FOUND };
}

class BudgetUsedUp extends Error {}

/**
 * What is wrong with a value by its schema; nothing where it fits. Where the budget is used up, what is told is
 * that there is too much of it.
 */
export function issuesIn(
  schema: z.core.$ZodType,
  value: unknown,
  prefix: Path,
  budget: IssueBudget,
): Issue[] {
  const count = () => {
    budget.left -= 1;
    if (budget.left < 0) throw new BudgetUsedUp();
    return undefined; // the message that there would be without us
  };
  try {
    const fit = z.safeParse(schema, value, { error: count });
    return fit.success ? [] : issuesOf(fit.error, prefix);
  } catch (error) {
    if (!(error instanceof BudgetUsedUp) && !isOverflow(error)) throw error;
    return [{ path: pathText(prefix), message: 'is wrong in so many places that none of them is told' }];
  }
}

/** zod/mini hands the issues of a field on as arguments of one call, of which a hundred thousand are too many. */
function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

/** What a schema found wrong, told for the one who wrote the body: where, and what is expected there. Never a value. */
export function issuesOf(error: { readonly issues: readonly ZodIssue[] }, prefix: Path = []): Issue[] {
  return error.issues.flatMap((issue) => tell(issue, prefix));
}

function tell(issue: ZodIssue, prefix: Path): Issue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'unknown field' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return tellUnion(issue.errors, path);
  if (isMissing(issue)) return [{ path: pathText(path), message: `is missing; expected ${issue.expected}` }];
  return [{ path: pathText(path), message: lowerFirst(issue.message.replace(/^Invalid input: /, '')) }];
}

/** JSON cannot write undefined: what was received so is not there. The value itself is not in the issue. */
function isMissing(issue: ZodIssue | undefined): issue is z.core.$ZodIssueInvalidType {
  return issue?.code === 'invalid_type' && issue.message.endsWith(', received undefined');
}

/**
 * A union fails in each of its branches. Where all that they ask for is another type, the types are listed;
 * otherwise the branch that got furthest into the input is the one that was meant.
 */
function tellUnion(branches: readonly (readonly ZodIssue[])[], path: Path): Issue[] {
  const expected = branches.map(expectedType);
  if (expected.every((type) => type !== undefined)) {
    const types = [...new Set(expected)].join(' or ');
    const missing = branches.every(([only]) => isMissing(only)) ? 'is missing; ' : '';
    return [{ path: pathText(path), message: `${missing}expected ${types}` }];
  }
  const [meant = []] = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  return meant.flatMap((issue) => tell(issue, path));
}

function expectedType(branch: readonly ZodIssue[]): string | undefined {
  const [only, ...more] = branch;
  if (more.length > 0 || only?.code !== 'invalid_type' || only.path.length > 0) return undefined;
  return only.expected;
}

function depth(branch: readonly ZodIssue[]): number {
  return branch.reduce((deepest, issue) => Math.max(deepest, issue.path.length), 0);
}

function pathText(path: Path): string {
  const text = path.map(String).join('.').toWellFormed();
  return text.length <= MAX_PATH_LENGTH ? text : `${text.slice(0, MAX_PATH_LENGTH - 1).toWellFormed()}…`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
