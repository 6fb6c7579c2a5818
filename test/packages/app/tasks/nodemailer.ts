import { defineTask, type Run } from 'callback-completion/task';
import nodemailer from 'nodemailer';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ to: z.string() }) });

/** Writes a message with an attachment. */
export const run: Run<typeof definition> = async ({ to }) => {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { envelope, message } = await transport.sendMail({
    from: 'reports@example.com',
    to,
    subject: 'Report für Ada',
    text: 'It is done.',
    attachments: [{ filename: 'report.csv', content: 'item,price\n' }],
  });
  const lines = message.toString().split('\n');
  return {
    envelope,
    subject: lines.find((line) => line.startsWith('Subject: ')),
    attachment: lines.find((line) => line.includes('filename=')),
  };
};
