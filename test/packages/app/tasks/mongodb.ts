import { defineTask, type Run } from 'callback-completion/task';
import { BSON, MongoClient, ObjectId } from 'mongodb';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ name: z.string() }) });

/** Writes and reads BSON, and fails to connect: no server listens there. */
export const run: Run<typeof definition> = async ({ name }) => {
  const bytes = BSON.serialize({ _id: new ObjectId('6565a1b2c3d4e5f60718293a'), name, at: new Date(0) });
  const document = BSON.deserialize(bytes);
  const client = new MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 50 });
  const failure = await client.connect().then(
    () => undefined,
    (error: Error) => error.name,
  );
  await client.close();
  return { bytes: bytes.length, document, failure };
};
