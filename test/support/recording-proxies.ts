import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type EngineProxies, engineProxies } from './engine-proxies.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';

/** Stands between the functions and the engines, and notes every call. */
export interface RecordingProxies extends EngineProxies {
  readonly calls: readonly RecordedCall[];
}

export function recordingProxies(): RecordingProxies {
  const calls: RecordedCall[] = [];
  const proxies = engineProxies(({ hostname, port, host }) => async (incoming, answer) => {
    const body = await buffer(incoming);
    calls.push(recordedCall(incoming.headers, body.toString()));
    const { method, url, headers } = incoming;
    const outgoing = request(
      { hostname, port, method, path: url, headers: { ...headers, host } },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      },
    );
    outgoing.on('error', () => incoming.socket.destroy());
    outgoing.end(body);
  });
  return { ...proxies, calls };
}
