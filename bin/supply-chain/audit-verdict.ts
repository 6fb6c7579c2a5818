/** A package with a known vulnerability. */
export interface Vulnerable {
  readonly name: string;
  readonly severity: string;
  /** Whether it is in a bundle. */
  readonly deployed: boolean;
}

export type AuditVerdict =
  | { readonly kind: 'not-run'; readonly why: string }
  | { readonly kind: 'ran'; readonly vulnerable: readonly Vulnerable[] };

/** What `npm audit --json` writes, as far as it is looked at. */
interface AuditReport {
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly name: string; readonly severity: string; readonly nodes: readonly string[] }>
  >;
}

/**
 * Reads npm's audit. A registry that does not answer is no clean bill of health: that the audit did not run is an
 * answer of its own.
 *
 * @param deployed folders of the packages that are in the bundles, as the lock file has them
 */
export function auditVerdict(output: string, deployed: ReadonlySet<string>): AuditVerdict {
  let report: AuditReport;
  try {
    report = JSON.parse(output);
  } catch {
    return { kind: 'not-run', why: output.trim() === '' ? 'npm audit gave no answer' : output.trim() };
  }
  const { vulnerabilities } = report;
  if (vulnerabilities === undefined) {
    return { kind: 'not-run', why: report.message ?? report.error?.summary ?? 'npm audit gave no report' };
  }
  return {
    kind: 'ran',
    vulnerable: Object.values(vulnerabilities).map(({ name, severity, nodes }) => ({
      name,
      severity,
      deployed: nodes.some((folder) => deployed.has(folder)),
    })),
  };
}
