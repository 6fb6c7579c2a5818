// fauxqs takes a store of ours, but does not export the class.
import { S3Store as FauxqsStore } from '../node_modules/fauxqs/dist/s3/s3Store.js';
import { type FauxqsServer, fauxqsServer } from './fauxqs-server.ts';
import { S3Files, type S3Store } from './s3-files.ts';

/**
 * S3 in this process: fauxqs, whose objects are kept in a folder and outlive the process, also if it is killed.
 *
 * Limits: a request's body may have up to 11 MiB (larger objects: multipart upload), and bodies pass through memory.
 */
export class S3Engine {
  /** Without a trailing slash. The SDK uses path-style addresses here, since the host is an IP address. */
  readonly endpoint: string;
  readonly #server: FauxqsServer;
  readonly #store: S3Store;

  private constructor(server: FauxqsServer, store: S3Store, endpoint: string) {
    this.#server = server;
    this.#store = store;
    this.endpoint = endpoint;
  }

  /** @param directory holds the objects; is made if it does not exist */
  static async start(directory: string): Promise<S3Engine> {
    const store: S3Store = new FauxqsStore();
    new S3Files(directory).attachTo(store);
    const server = fauxqsServer({ s3Store: store });
    const endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
    return new S3Engine(server, store, endpoint);
  }

  /** Creates the bucket unless it exists from an earlier run. */
  createBucket(name: string): void {
    this.#store.createBucket(name);
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }
}
