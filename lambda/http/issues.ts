import type * as z from 'zod';
import type { Issue } from './problem.ts';

type ZodIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema found wrong, told for the one who wrote the body. */
export function issuesOf(error: { readonly issues: readonly ZodIssue[] }, prefix: Path = []): Issue[] {
  return error.issues.flatMap((issue) => tell(issue, prefix));
}

function tell(issue: ZodIssue, prefix: Path): Issue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown field' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return tellUnion(issue.errors, path);
  return [{ path: path.join('.'), message: lowerFirst(issue.message.replace(/^Invalid input: /, '')) }];
}

/**
 * A union fails in each of its branches. Where all that they ask for is another type, the types are listed;
 * otherwise the branch that got furthest into the input is the one that was meant.
 */
function tellUnion(branches: readonly (readonly ZodIssue[])[], path: Path): Issue[] {
  const expected = branches.map(expectedType);
  if (expected.every((type) => type !== undefined)) {
    return [{ path: path.join('.'), message: `expected ${[...new Set(expected)].join(' or ')}` }];
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
  return Math.max(0, ...branch.map((issue) => issue.path.length));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
