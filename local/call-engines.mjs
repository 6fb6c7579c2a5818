/**
 * The function's side of calls to the engines: it hands requests of AWS SDK clients to the thread that the engines run in,
 * which takes less of the machine than HTTP ([why](../docs/decisions/0014-engine-calls-without-http.md)).
 *
 * It is JavaScript for the reason that `function-worker.mjs` is.
 */
import { EventEmitter } from 'node:events';
import http from 'node:http';

/** @typedef {import('./function-protocol.ts').EngineAnswer} EngineAnswer */
/** @typedef {import('./function-protocol.ts').EngineCall} EngineCall */
/** @typedef {import('./function-protocol.ts').EngineTargets} EngineTargets */

/** What SDK clients do with the socket of a request: they wait for the connection, and set timeouts for silence. */
const CONNECTED = Object.freeze({
  connecting: false,
  destroy() {},
  removeListener() {},
  setKeepAlive() {},
  setTimeout() {},
});

/** In place of `http.ClientRequest`, as far as SDK clients use that. */
class EngineRequest extends EventEmitter {
  socket = CONNECTED;
  destroyed = false;
  #send;

  /** @param {(body: string) => void} send */
  constructor(send) {
    super();
    this.#send = send;
  }

  /** @param {string | Buffer} [body] */
  end(body = '') {
    this.#send(String(body));
  }

  /** @param {Error} [error] */
  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    process.nextTick(() => {
      if (error !== undefined) this.emit('error', error);
      this.emit('close');
    });
    return this;
  }

  /** @param {EngineAnswer} answer */
  receive({ status, headers, body }) {
    if (this.destroyed) return;
    this.destroyed = true;
    // SDK clients take a response's bytes in place of a stream of them.
    this.emit('response', Object.assign(Buffer.from(body), { statusCode: status, headers, complete: true }));
    this.emit('close');
  }
}

/**
 * Has `post` send the requests of these operations from now on. All others go over HTTP as before.
 *
 * @param {EngineTargets} targets
 * @param {(call: EngineCall) => void} post
 * @returns {(answer: EngineAnswer) => void} takes the answers
 */
export function callEnginesBy(targets, post) {
  /** @type {Map<number, EngineRequest>} */
  const waiting = new Map();
  const requestOverHttp = http.request;
  let lastId = 0;

  /** @param {any[]} given */
  const request = (...given) => {
    const [{ host, port, headers }, onResponse] = given;
    const origin = `http://${host}:${port}`;
    const target = headers?.['x-amz-target'];
    if (target === undefined || !targets[origin]?.includes(target)) {
      return /** @type {any} */ (requestOverHttp)(...given);
    }
    const id = ++lastId;
    const engineRequest = new EngineRequest((body) =>
      post({ type: 'engine-call', id, origin, target, body }),
    );
    waiting.set(id, engineRequest);
    engineRequest.once('close', () => waiting.delete(id));
    return engineRequest.once('response', onResponse);
  };
  http.request = request;

  return (answer) => waiting.get(answer.id)?.receive(answer);
}
