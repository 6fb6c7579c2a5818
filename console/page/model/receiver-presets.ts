/** How a receiver can be made to fail, to see what becomes of its callbacks. */
import type { ScriptedAnswer } from '../../api-types.ts';

export interface ReceiverPreset {
  readonly name: string;
  /** What will be seen. */
  readonly note: string;
  readonly answers: readonly ScriptedAnswer[];
}

export const RECEIVER_PRESETS: readonly ReceiverPreset[] = [
  {
    name: '503 twice',
    note: 'Two failed attempts, then delivered.',
    answers: [
      { status: 503, body: 'try later' },
      { status: 503, body: 'try later' },
    ],
  },
  {
    name: 'hang',
    note: 'Never answers; the attempt ends when its time is up, and is made again.',
    answers: [{ hang: true }],
  },
  {
    name: '410 Gone',
    note: 'Gives the callback up at once: it dies, and can be redriven.',
    answers: [{ status: 410, body: 'no such endpoint any more' }],
  },
  {
    name: '429 with Retry-After',
    note: 'Asks to be left alone for 10 s, which is heeded.',
    answers: [{ status: 429, headers: { 'retry-after': '10' }, body: 'slow down' }],
  },
  { name: 'slow', note: 'Answers 200, after 5 s.', answers: [{ status: 200, delay_ms: 5_000 }] },
];

/** So many answers in a row outlast a short deadline, and few enough can be emptied by hand. */
const DOWN_ANSWERS = 100;

/** A receiver that is down until it is told otherwise. */
export const RECEIVER_DOWN: ReceiverPreset = {
  name: 'down',
  note: `Answers 503 to the next ${DOWN_ANSWERS} requests: what is owed dies at its deadline.`,
  answers: Array.from({ length: DOWN_ANSWERS }, () => ({ status: 503, body: 'down' })),
};
