import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type S3Store = Stores['s3Store'];
type Persistence = NonNullable<S3Store['persistence']>;
type S3Object = Parameters<Persistence['upsertObject']>[1];

/** End of the name of a file that is still being written. */
const UNFINISHED = '.new';
/** A hash of the key. Finder and the like leave other files. */
const OBJECT_FILE = /^[0-9a-f]{64}$/;
const LENGTH_BYTES = 4;
const NO_BODY = Buffer.alloc(0);

/**
 * Keeps the objects of the local S3 on disk: a folder for each bucket, a file for each object. A file holds the length
 * of the object's description (4 bytes), the description as JSON, then the body.
 *
 * fauxqs has such a store, too. It takes keys for paths, so that a key with `..` leaves the folder, and a process that
 * is killed while it writes leaves an object that the next start cannot read.
 */
export class S3Files implements Partial<Persistence> {
  readonly #directory: string;

  /** @param directory is made if it does not exist */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Puts what an earlier run kept into the store, and keeps from now on what the store is given. */
  attachTo(store: S3Store): void {
    for (const folder of readdirSync(this.#directory, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue;
      const bucket = folder.name;
      store.createBucket(bucket);
      for (const name of readdirSync(join(this.#directory, bucket))) {
        const file = join(this.#directory, bucket, name);
        if (name.endsWith(UNFINISHED)) rmSync(file);
        else if (OBJECT_FILE.test(name)) store.restoreObject(bucket, readDescription(file));
      }
    }
    // The remaining methods belong to features that the store does not keep or never asks for.
    store.persistence = this as unknown as Persistence;
  }

  insertBucket(bucket: string): void {
    mkdirSync(join(this.#directory, bucket), { recursive: true });
  }

  deleteBucket(bucket: string): void {
    rmSync(join(this.#directory, bucket), { recursive: true, force: true });
  }

  upsertObject(bucket: string, { body, ...description }: S3Object): void {
    const file = this.#file(bucket, description.key);
    const json = Buffer.from(JSON.stringify(description));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(json.length);
    const descriptor = openSync(`${file}${UNFINISHED}`, 'w', 0o600);
    try {
      for (const part of [length, json, body]) writeFileSync(descriptor, part);
    } finally {
      closeSync(descriptor);
    }
    // After a crash there is the old object or the new one.
    renameSync(`${file}${UNFINISHED}`, file);
  }

  readBody(bucket: string, key: string): Buffer {
    const bytes = readFileSync(this.#file(bucket, key));
    return bytes.subarray(LENGTH_BYTES + bytes.readUInt32BE());
  }

  deleteObject(bucket: string, key: string): void {
    rmSync(this.#file(bucket, key), { force: true });
  }

  completeMultipartUpload(_uploadId: string, bucket: string, object: S3Object): void {
    this.upsertObject(bucket, object);
  }

  /** Parts of an upload are kept in memory only: an upload that the process did not finish is begun again. */
  insertMultipartUpload(): void {}
  upsertMultipartPart(): void {}
  deleteMultipartUpload(): void {}

  /** Objects do not expire here. */
  saveBucketLifecycleConfiguration(): void {}
  deleteBucketLifecycleConfiguration(): void {}

  #file(bucket: string, key: string): string {
    // A hash, because keys may be longer than file names and hold anything.
    return join(this.#directory, bucket, createHash('sha256').update(key).digest('hex'));
  }
}

function readDescription(file: string): S3Object {
  const descriptor = openSync(file, 'r');
  try {
    const length = Buffer.alloc(LENGTH_BYTES);
    readSync(descriptor, length);
    const json = Buffer.alloc(length.readUInt32BE());
    readSync(descriptor, json);
    const description = JSON.parse(json.toString('utf8'));
    // The store reads a body when it is asked for.
    return { ...description, lastModified: new Date(description.lastModified), body: NO_BODY };
  } finally {
    closeSync(descriptor);
  }
}
