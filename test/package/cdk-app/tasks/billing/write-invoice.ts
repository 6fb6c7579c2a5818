import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({
  input: z.strictObject({ customer: z.string(), cents: z.int() }),
  timeout: '30s',
});

const s3 = new S3Client();

export const run: Run<typeof definition> = async ({ customer, cents }, { taskId }) => {
  const object = { Bucket: process.env.INVOICES, Key: `${taskId}.txt` };
  await s3.send(new PutObjectCommand({ ...object, Body: `${customer} owes ${cents} cents` }));
  const { Body } = await s3.send(new GetObjectCommand(object));
  return { stored: await Body?.transformToString(), ledger: process.env.LEDGER_URL };
};
