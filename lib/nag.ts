import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance } from 'cdk-nag';

/** A rule that a resource does not keep. */
export interface Finding {
  /** `AwsSolutions-SMG4`, with what exactly in brackets where a rule finds several things. */
  readonly rule: string;
  /** The construct's path. */
  readonly resource: string;
  readonly level: string;
  /** What the rule asks for, or why it could not be tried. */
  readonly info: string;
  /** Why it is as it is; undefined where nobody has acknowledged it. */
  readonly reason: string | undefined;
}

export interface NagReport {
  /** How many rules there are. */
  readonly rules: number;
  /** How many of them had something to look at: a resource of a type that they are about. */
  readonly applied: number;
  readonly resources: number;
  readonly findings: readonly Finding[];
}

/** What the same rules find in an app, what is acknowledged included. */
export function nagReport(app: App): NagReport {
  const checks = new ToldChecks(app);
  checks.validateScope(app);
  return {
    rules: checks.rules.size,
    applied: checks.applied.size,
    resources: checks.resources.size,
    findings: checks.findings,
  };
}

/** Notes what each rule says of each resource. */
class ToldChecks extends AwsSolutionsChecks {
  readonly rules = new Set<string>();
  readonly applied = new Set<string>();
  readonly resources = new Set<string>();
  readonly findings: Finding[] = [];

  protected override applyRule(params: IApplyRule): void {
    const { node, rule, ruleSuffixOverride, level, info } = params;
    const id = `${this.packName}-${ruleSuffixOverride ?? rule.name}`;
    const found = (name: string, told = info) =>
      this.findings.push({
        rule: name,
        resource: node.node.path,
        level,
        info: told,
        reason: acknowledgement(node.node.scopes, name),
      });
    this.rules.add(id);
    this.resources.add(node.node.path);
    try {
      const result = rule(node);
      if (result !== NagRuleCompliance.NOT_APPLICABLE) this.applied.add(id);
      if (result === NagRuleCompliance.NON_COMPLIANT) found(id);
      else if (Array.isArray(result)) for (const each of result) found(`${id}[${each}]`);
    } catch (error) {
      // A rule that cannot be tried counts as broken: cdk-nag takes it so, too.
      found(id, `could not be tried: ${(error as Error).message}`);
    }
  }
}

/** The reason given at the resource itself or at a construct around it. */
function acknowledgement(
  scopes: readonly {
    readonly node: { readonly metadata: readonly { readonly type: string; readonly data?: unknown }[] };
  }[],
  rule: string,
): string | undefined {
  for (const { node } of scopes) {
    for (const { type, data } of node.metadata) {
      if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      const reasons = Object.entries((data ?? {}) as Record<string, string>);
      const [, reason] = reasons.find(([id]) => id.replace(/^annotation::/i, '') === rule) ?? [];
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}
