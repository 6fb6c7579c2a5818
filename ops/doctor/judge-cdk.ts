import type { Check } from './check.ts';

/** The `aws-cdk` package of an app. */
export interface AppCdk {
  /** Undefined: not installed. */
  readonly installed: string | undefined;
  /** As package.json names it: `2.1148.1`, `^2.1100.0`; undefined: not named. */
  readonly wanted: string | undefined;
}

/** Judges whether `npx cdk` in the app's folder runs the version that the app names. */
export function judgeCdk({ installed, wanted }: AppCdk): Check {
  const name = 'cdk';
  if (wanted === undefined && installed === undefined) {
    return {
      name,
      status: 'warning',
      finding: 'package.json does not name aws-cdk; npx cdk downloads the newest, or takes that of your path',
      next: ['npm install --save-dev --save-exact aws-cdk'],
    };
  }
  const next = ['npm ci'];
  if (installed === undefined) return { name, status: 'failed', finding: 'aws-cdk is not installed', next };
  // A range is npm's to judge.
  if (wanted !== undefined && /^\d/.test(wanted) && installed !== wanted) {
    const finding = `aws-cdk ${installed} is installed; package.json names ${wanted}`;
    return { name, status: 'warning', finding, next };
  }
  return {
    name,
    status: 'ok',
    finding: `aws-cdk ${installed}; npx cdk takes it, a cdk of your own may be another`,
  };
}
