import type { IncomingMessage, ServerResponse } from 'node:http';

/** One POST, as the receiver that got it sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
  /** Which POST of its callback this is, from 1. */
  readonly nth: number;
  /** How long ago the first one was, in milliseconds. */
  readonly sinceMs: number;
  /** Takes the callback in: from here on, another POST of it is a duplicate. */
  process(): void;
}

/** A kind of receiver, and what it does while it is ill. */
export interface ReceiverKind {
  readonly name: string;
  /** Share of the callbacks that are bound for it. */
  readonly share: number;
  /** Whether it stays ill until everything is mended, so that its callbacks die first. */
  readonly staysIll: boolean;
  /** Undefined: nobody listens. */
  readonly whileIll: ((exchange: Exchange) => void) | undefined;
}

const UNAVAILABLE_FOR_MS = 2_500;
const DRIPS = 8;
const DRIP_EVERY_MS = 500;

export const RECEIVER_KINDS: readonly ReceiverKind[] = [
  { name: 'well', share: 0.56, staysIll: false, whileIll: answerWell },
  {
    name: '503 for a while',
    share: 0.08,
    staysIll: false,
    whileIll: (exchange) => {
      if (exchange.sinceMs < UNAVAILABLE_FOR_MS) exchange.answer.writeHead(503).end('come back later');
      else answerWell(exchange);
    },
  },
  {
    name: 'reset before the answer',
    share: 0.06,
    staysIll: false,
    whileIll: (exchange) => {
      if (exchange.nth === 1) exchange.request.socket.resetAndDestroy();
      else answerWell(exchange);
    },
  },
  {
    name: 'reset after processing',
    share: 0.06,
    staysIll: false,
    whileIll: (exchange) => {
      exchange.process();
      if (exchange.nth === 1) exchange.request.socket.resetAndDestroy();
      else exchange.answer.writeHead(200).end();
    },
  },
  {
    name: '429, Retry-After',
    share: 0.05,
    staysIll: false,
    whileIll: (exchange) => {
      if (exchange.nth === 1) exchange.answer.writeHead(429, { 'retry-after': '2' }).end();
      else answerWell(exchange);
    },
  },
  {
    name: 'slow body',
    share: 0.03,
    staysIll: false,
    whileIll: (exchange) => {
      exchange.process();
      exchange.answer.writeHead(200);
      let drips = 0;
      const dripping = setInterval(() => {
        drips += 1;
        if (drips < DRIPS) exchange.answer.write('.');
        else exchange.answer.end();
      }, DRIP_EVERY_MS);
      exchange.answer.on('close', () => clearInterval(dripping));
    },
  },
  {
    name: 'redirect',
    share: 0.05,
    staysIll: true,
    whileIll: ({ answer }) => answer.writeHead(302, { location: '/followed' }).end(),
  },
  { name: '410', share: 0.05, staysIll: true, whileIll: ({ answer }) => answer.writeHead(410).end() },
  { name: 'hang', share: 0.02, staysIll: true, whileIll: () => {} },
  { name: 'down', share: 0.04, staysIll: true, whileIll: undefined },
];

export function answerWell({ process, answer }: Exchange): void {
  process();
  answer.writeHead(200).end();
}
