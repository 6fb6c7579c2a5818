import { describe, expect, it } from 'vitest';
import { judgeStack } from '../../../ops/doctor/judge-stack.ts';

const found = (status: string) => ({ status, reason: undefined, outputs: {} });

describe('the stack', () => {
  it('need not be there', () => {
    expect(judgeStack('Jobs', undefined, false)).toMatchObject({
      status: 'ok',
      finding: expect.stringContaining('no Jobs yet'),
    });
  });

  it.each([
    ['CREATE_COMPLETE', 'ok', undefined],
    ['UPDATE_COMPLETE', 'ok', undefined],
    ['UPDATE_ROLLBACK_COMPLETE', 'ok', undefined],
    ['REVIEW_IN_PROGRESS', 'ok', undefined],
    ['UPDATE_IN_PROGRESS', 'failed', 'Wait: aws cloudformation describe-stacks --stack-name Jobs'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'failed', 'Wait'],
    ['ROLLBACK_COMPLETE', 'warning', 'npx cdk deploy deletes it and creates it again'],
    ['ROLLBACK_FAILED', 'warning', 'npx cdk deploy deletes it and creates it again'],
    ['UPDATE_ROLLBACK_FAILED', 'failed', 'npx cdk rollback Jobs'],
    ['UPDATE_FAILED', 'failed', 'npx cdk rollback Jobs'],
    ['DELETE_FAILED', 'failed', 'aws cloudformation delete-stack --stack-name Jobs'],
  ])('that is %s is %s', (stackStatus, status, next) => {
    const check = judgeStack('Jobs', found(stackStatus), true);

    expect(check.status).toBe(status);
    expect(check.finding).toContain(`Jobs is ${stackStatus}`);
    expect(check.next?.join(' ')).toEqual(next === undefined ? undefined : expect.stringContaining(next));
  });

  it('tells what CloudFormation says of it', () => {
    const stack = { ...found('UPDATE_ROLLBACK_FAILED'), reason: 'Role is gone' };
    expect(judgeStack('Jobs', stack, true).finding).toBe('Jobs is UPDATE_ROLLBACK_FAILED (Role is gone)');
  });

  it('without a pipeline may be that of another app', () => {
    expect(judgeStack('Website', found('CREATE_COMPLETE'), false)).toEqual({
      name: 'stack',
      status: 'warning',
      finding: 'Website is CREATE_COMPLETE, and has no pipeline yet: it will be updated',
      next: ['If the stack is that of another app, choose another name: its resources would be deleted'],
    });
  });
});
