import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';
import { signedBy } from '../work/signed-by.ts';

export const definition = defineTask({ input: z.strictObject({ bucket: z.string() }) });

/** Lists a bucket (XML) and reads an object of it (a stream). */
export const run: Run<typeof definition> = async ({ bucket }) => {
  const client = (endpoint: string) => new S3Client({ endpoint, forcePathStyle: true });
  const listing = `<ListBucketResult><Contents><Key>a.txt</Key><Size>5</Size></Contents></ListBucketResult>`;
  const xml = { contentType: 'application/xml', body: listing };
  const listed = await withHttpService(xml, (url) =>
    client(url).send(new ListObjectsV2Command({ Bucket: bucket })),
  );
  const stream = { contentType: 'text/plain', body: 'hello' };
  const read = await withHttpService(stream, async (url) => {
    const { Body } = await client(url).send(new GetObjectCommand({ Bucket: bucket, Key: 'a.txt' }));
    return await Body?.transformToString();
  });
  return {
    keys: listed.returned.Contents?.map(({ Key }) => Key),
    content: read.returned,
    path: read.request.path,
    signedBy: signedBy(read.request),
  };
};
