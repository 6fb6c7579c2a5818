import { Agent, request } from 'node:http';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface HttpClient {
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(url: string, body: unknown): Promise<Answer>;
  close(): void;
}

/** Returns a client that keeps its connections open, as SDKs and browsers do. */
export function httpClient(): HttpClient {
  const agent = new Agent({ keepAlive: true });
  const send = async (
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    request(url, { method, agent, headers }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          text += chunk;
        })
        .once('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        .once('error', reject);
    })
      .once('error', reject)
      .end(body);
    return await promise;
  };
  return {
    get: (url, headers = {}) => send('GET', url, headers),
    post: (url, body) => send('POST', url, { 'content-type': 'application/json' }, JSON.stringify(body)),
    close: () => agent.destroy(),
  };
}
