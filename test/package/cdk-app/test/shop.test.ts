import { Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import { runTask } from 'callback-completion/testing';
import { ShopStack } from '../lib/shop-stack';
import { StorageStack } from '../lib/storage-stack';
import * as sendMail from '../tasks/mail/send-mail';

test('the stack has both pipelines, and one of them may write to the bucket of the other stack', () => {
  const app = new cdk.App();
  const storage = new StorageStack(app, 'Storage');
  const template = Template.fromStack(new ShopStack(app, 'Shop', { invoices: storage.invoices }));

  const runs = template.findResources('AWS::Lambda::Function', {
    Properties: { Description: "Runs a task's work, stores its outcome, puts it on the callbacks queue" },
  });
  const variables = Object.values(runs).map(({ Properties }) =>
    Object.keys(Properties.Environment.Variables),
  );
  expect(variables.filter((names) => names.includes('INVOICES'))).toHaveLength(1);
  expect(variables).toHaveLength(2);
});

test('the task returns to whom it has sent', async () => {
  expect(await runTask(sendMail, { to: 'ada@example.com' })).toEqual({
    sent: 'ada@example.com',
    bucket: 'none',
  });
});
