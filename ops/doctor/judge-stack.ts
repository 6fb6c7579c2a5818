import type { Check } from './check.ts';

/** A stack that is there, as CloudFormation tells of it. */
export interface FoundStack {
  readonly status: string;
  readonly reason: string | undefined;
  /** Values by key. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * @param stack undefined: there is none of that name
 * @param hasPipeline whether an output of the stack describes a pipeline
 */
export function judgeStack(stackName: string, stack: FoundStack | undefined, hasPipeline: boolean): Check {
  const name = 'stack';
  if (stack === undefined) {
    return { name, status: 'ok', finding: `there is no ${stackName} yet: it will be made` };
  }
  const { status, reason } = stack;
  const is = `${stackName} is ${status}${reason === undefined ? '' : ` (${reason})`}`;
  const failed = (next: readonly string[]): Check => ({ name, status: 'failed', finding: is, next });

  if (status === 'REVIEW_IN_PROGRESS')
    return { name, status: 'ok', finding: `${is}: it was planned, and never made` };
  if (status.endsWith('_IN_PROGRESS')) {
    return failed([
      `Wait: aws cloudformation describe-stacks --stack-name ${stackName} --query Stacks[].StackStatus`,
    ]);
  }
  switch (status) {
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return {
        name,
        status: 'warning',
        finding: `${is}: its first deployment failed`,
        next: [
          'npx cdk deploy deletes it and creates it again; what it was to keep (a table, a secret) stays behind',
        ],
      };
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
    case 'UPDATE_ROLLBACK_FAILED':
      return failed([`npx cdk rollback ${stackName}`, 'Then see in its events what had failed']);
    case 'DELETE_FAILED':
      return failed([
        `Fix what its events report, then: aws cloudformation delete-stack --stack-name ${stackName}`,
      ]);
    default:
      if (hasPipeline) return { name, status: 'ok', finding: `${is}: it will be updated` };
      return {
        name,
        status: 'warning',
        finding: `${is}, and has no pipeline yet: it will be updated`,
        next: ['If the stack is that of another app, choose another name: its resources would be deleted'],
      };
  }
}
