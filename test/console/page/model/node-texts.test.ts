import { describe, expect, it } from 'vitest';
import type { Overview } from '../../../../console/api-types.ts';
import { nodeTexts, ratesOf } from '../../../../console/page/model/node-texts.ts';
import { type Box, TALL, WIDE } from '../../../../console/page/model/picture.ts';

const EMPTY = { visible: 0, in_flight: 0, delayed: 0, oldest_age_seconds: null };

const IDLE: Overview = {
  at: '2025-11-21T12:00:00.000Z',
  stages: { accepted: 0, running: 0, delivering: 0, delivered: 1_204, completed: 0, dead: 0 },
  queues: { tasks: EMPTY, callbacks: EMPTY, dead_letters: EMPTY },
  attention: 0,
  timers: 0,
};

const UNKNOWN = { accepted: undefined, delivered: undefined };

describe('what the picture says', () => {
  it('is calm while nothing is on its way', () => {
    const texts = nodeTexts(IDLE, { accepted: 0, delivered: 0 });

    expect(Object.values(texts).map(({ tone }) => tone)).not.toContain('bad');
    expect(Object.values(texts).filter(({ isBusy }) => isBusy)).toEqual([]);
    expect(texts.ledger.lines).toContain('1,204 delivered');
    expect(texts.tasks).toMatchObject({ figure: '0', lines: ['waiting'] });
  });

  it('tells of a queue what waits, what is in hand, and what comes later', () => {
    const tasks = { visible: 3, in_flight: 2, delayed: 0, oldest_age_seconds: 65 };
    const callbacks = { visible: 0, in_flight: 0, delayed: 9, oldest_age_seconds: null };
    const texts = nodeTexts({ ...IDLE, queues: { ...IDLE.queues, tasks, callbacks } }, UNKNOWN);

    expect(texts.tasks).toMatchObject({ figure: '3', lines: ['2 in hand', 'oldest 1 min'], isBusy: true });
    expect(texts.callbacks).toMatchObject({ figure: '0', lines: ['9 later'], isBusy: false });
  });

  it('shows dead letters as what is wrong, and leads to them', () => {
    const dead_letters = { ...EMPTY, visible: 2 };
    const { dlq } = nodeTexts({ ...IDLE, queues: { ...IDLE.queues, dead_letters } }, UNKNOWN);

    expect(dlq).toMatchObject({ figure: '2', tone: 'bad', href: '#/dead-letters' });
  });

  it('has a dash for what nobody has counted', () => {
    const stages = {
      accepted: null,
      running: null,
      delivering: null,
      delivered: null,
      completed: null,
      dead: null,
    };
    const texts = nodeTexts({ ...IDLE, stages, timers: null }, UNKNOWN);

    expect([texts.run, texts.wake, texts.submit].map(({ figure }) => figure)).toEqual(['–', '–', '–']);
  });

  it('takes the rates from the charts', () => {
    const charts = {
      window_seconds: 60,
      step_seconds: 30,
      series: [
        {
          name: 'accepted',
          unit: 'per minute',
          points: [
            [0, 4],
            [30_000, 6],
          ],
        },
        { name: 'delivered', unit: 'per minute', points: [[0, null]] },
      ],
    } as const;

    expect(ratesOf(charts, 60_000)).toEqual({ accepted: 6, delivered: undefined });
    expect(ratesOf(charts, 59_000), 'the step is not over').toEqual({ accepted: 4, delivered: undefined });
    expect(ratesOf(undefined, 0)).toEqual({ accepted: undefined, delivered: undefined });
  });
});

describe.each([
  ['wide', WIDE],
  ['tall', TALL],
])('the %s picture', (_, { width, height, nodes }) => {
  it('has its parts within it, and none upon another', () => {
    const boxes = Object.entries(nodes);
    const apart = (a: Box, b: Box) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

    for (const [name, box] of boxes) {
      expect(box.x + box.width, name).toBeLessThanOrEqual(width);
      expect(box.y + box.height, name).toBeLessThanOrEqual(height);
      for (const [other, otherBox] of boxes) {
        if (other !== name) expect(apart(box, otherBox), `${name} and ${other}`).toBe(true);
      }
    }
  });
});
