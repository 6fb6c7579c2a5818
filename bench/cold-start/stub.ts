import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers a PutItem of DynamoDB's and a SendMessage of SQS's, at once. */
export async function startStub(): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isDynamoDb = String(request.headers['x-amz-target']).startsWith('DynamoDB');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(isDynamoDb ? '{}' : JSON.stringify(stored(JSON.parse(body))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The SDK checks the digest of what was stored. */
function stored({ MessageBody }: { readonly MessageBody: string }) {
  return { MessageId: 'one', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}
