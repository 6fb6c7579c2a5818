import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ApiRequest } from './api/submit.ts';

type Signing = Pick<ConstructorParameters<typeof SignatureV4>[0], 'credentials' | 'region'>;

/** A request to the HTTP API as its operator signs it: what `auth=iam` asks of every client. */
export async function signed({ url, headers, body }: ApiRequest, signing: Signing): Promise<ApiRequest> {
  const signer = new SignatureV4({ ...signing, service: 'execute-api', sha256: Sha256 });
  const request = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    headers: { ...headers, host: url.host },
    body,
  });
  // What fetch sets by itself it does not let anybody set.
  const { host, ...others } = request.headers;
  return { url, headers: others, body };
}

/** The region that an API's own address names; undefined for one under a name of its user's. */
export function regionOf(apiUrl: string): string | undefined {
  return /\.execute-api\.([\w-]+)\.amazonaws\.com(\.cn)?$/.exec(new URL(apiUrl).hostname)?.[1];
}

/** Node's SHA-256, in the form in which the signer takes one. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
