/** An input of each task of the fixture app, by the task's name, and the result that its callback must bring. */
export const CASES: Readonly<Record<string, { readonly input: object; readonly result: object }>> = {
  axios: {
    input: { name: 'Ada' },
    result: { answer: { id: 7 }, method: 'POST', path: '/people', sent: { name: 'Ada' } },
  },
  'client-bedrock-runtime': {
    input: { prompt: 'Hello' },
    result: {
      text: 'Good day',
      stopReason: 'end_turn',
      sent: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
      signedBy: 'AWS4-HMAC-SHA256 bedrock',
    },
  },
  'client-lambda': {
    input: { functionName: 'add' },
    result: {
      answer: { sum: 3 },
      path: '/2015-03-31/functions/add/invocations',
      sent: { a: 1, b: 2 },
      signedBy: 'AWS4-HMAC-SHA256 lambda',
    },
  },
  'client-s3': {
    input: { bucket: 'files' },
    result: {
      keys: ['a.txt'],
      content: 'hello',
      path: '/files/a.txt?x-id=GetObject',
      signedBy: 'AWS4-HMAC-SHA256 s3',
    },
  },
  'client-sesv2': {
    input: { to: 'ada@example.com' },
    result: {
      messageId: 'message-1',
      path: '/v2/email/outbound-emails',
      to: ['ada@example.com'],
      signedBy: 'AWS4-HMAC-SHA256 ses',
    },
  },
  exceljs: { input: { title: 'Prices' }, result: { signature: 'PK', sheet: 'Prices', cell: 3.5 } },
  ioredis: { input: { key: 'greeting' }, result: { value: 'hello' } },
  'lib-dynamodb': {
    input: { key: 'visits' },
    result: {
      attributes: { count: 2, tags: ['new'] },
      sentKey: { key: { S: 'visits' } },
      signedBy: 'AWS4-HMAC-SHA256 dynamodb',
    },
  },
  mongodb: {
    input: { name: 'Ada' },
    result: {
      bytes: 48,
      document: { _id: '6565a1b2c3d4e5f60718293a', name: 'Ada', at: '1970-01-01T00:00:00.000Z' },
      failure: 'MongoServerSelectionError',
    },
  },
  nodemailer: {
    input: { to: 'ada@example.com' },
    result: {
      envelope: { from: 'reports@example.com', to: ['ada@example.com'] },
      subject: 'Subject: =?UTF-8?Q?Report_f=C3=BCr_Ada?=',
      attachment: 'Content-Disposition: attachment; filename=report.csv',
    },
  },
  openai: {
    input: { prompt: 'Hello' },
    result: {
      answer: 'Good day',
      path: '/v1/chat/completions',
      authorization: 'Bearer key',
      sent: { model: 'model', messages: [{ role: 'user', content: 'Hello' }] },
    },
  },
  pdfkit: {
    input: { title: 'Report' },
    result: {
      start: '%PDF-1.3',
      end: '%%EOF',
      pages: 2,
      fonts: ['Helvetica', 'Times-Bold'],
      hasTitle: true,
    },
  },
  pg: { input: { name: "O'Brien" }, result: { rows: [{ answer: 42 }], quoted: "'O''Brien'" } },
  sharp: { input: { width: 10 }, result: { format: 'png', width: 10, height: 5, pixel: [255, 0, 0] } },
  stripe: {
    input: { event: 'evt_1' },
    result: {
      type: 'charge.succeeded',
      refused: 'StripeSignatureVerificationError',
      customer: 'ada@example.com',
      sent: 'metadata[paid]=yes',
    },
  },
};
