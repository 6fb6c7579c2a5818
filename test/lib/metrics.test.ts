import { App, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { deployedName } from '../../lib/metrics.ts';

test('a pipeline is called by its stack and its place in it', () => {
  const stack = new Stack(new App(), 'Id', { stackName: 'shop-prod' });
  const part = new Construct(stack, 'Back office');

  expect(deployedName(new Construct(stack, 'Tasks'), '/')).toBe('shop-prod/Tasks');
  expect(deployedName(new Construct(part, 'Tasks'), '-')).toBe('shop-prod-Back-office-Tasks');
});

test('one in a nested stack, whose name only CloudFormation knows, by the stack around it', () => {
  const nested = new NestedStack(new Stack(new App(), 'Shop'), 'Inner');

  expect(Token.isUnresolved(nested.stackName)).toBe(true);
  expect(deployedName(new Construct(nested, 'Tasks'), '/')).toBe('Shop/Inner/Tasks');
});
