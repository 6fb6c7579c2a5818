/** What the pipeline's picture says at each of its parts. Pure. */
import { STATES } from '../../../lambda/contract/states.ts';
import type { Charts, Overview, QueueDepth } from '../../api-types.ts';
import { latest } from './chart-shape.ts';
import type { NodeName } from './picture.ts';
import { hashOf } from './route.ts';
import { count, roughly } from './words.ts';

export interface NodeText {
  readonly title: string;
  /** The one number that counts here. */
  readonly figure: string;
  readonly lines: readonly string[];
  readonly tone: 'quiet' | 'busy' | 'bad';
  /** Something is on its way from here. */
  readonly isBusy: boolean;
  /** Where to read on. */
  readonly href?: string;
}

/** Per minute; undefined where it is not known. */
export interface Rates {
  readonly accepted: number | undefined;
  readonly delivered: number | undefined;
}

/** @param nowMs the step that is not over yet does not count: it has just begun to fill */
export function ratesOf(charts: Charts | undefined, nowMs: number): Rates {
  const rate = (name: string) => {
    const series = charts?.series.find((one) => one.name === name);
    if (charts === undefined || series === undefined) return undefined;
    const isOver = ([ms]: readonly [number, number | null]) => ms + charts.step_seconds * 1_000 <= nowMs;
    return latest({ ...series, points: series.points.filter(isOver) });
  };
  return { accepted: rate('accepted'), delivered: rate('delivered') };
}

export function nodeTexts({ stages, queues, timers }: Overview, rates: Rates): Record<NodeName, NodeText> {
  const tasksIn = (status: string) => hashOf({ view: 'tasks', filters: { status } });
  const dead = queues.dead_letters.visible + queues.dead_letters.in_flight;
  return {
    submit: part('submit', perMinute(rates.accepted), ['POST /api/tasks'], isAbove(rates.accepted), {
      href: hashOf({ view: 'submit' }),
    }),
    tasks: queue('tasks queue', queues.tasks),
    run: part('run', count(stages.running), ['running'], isAbove(stages.running), {
      href: tasksIn('running'),
    }),
    callbacks: queue('callbacks queue', queues.callbacks),
    deliver: part('deliver', count(stages.delivering), ['owed'], isAbove(stages.delivering), {
      href: tasksIn('delivering'),
    }),
    receiver: part('receiver', perMinute(rates.delivered), ['callback_url'], isAbove(rates.delivered), {}),
    wake: part('wake', count(timers), ['parked waits'], isAbove(timers), {}),
    ledger: {
      ...part('ledger', '', [], false, { href: hashOf({ view: 'tasks', filters: {} }) }),
      lines: STATES.map((state) => `${count(stages[state])} ${state}`),
    },
    dlq: {
      ...part('dead letters', count(dead), [dead === 0 ? 'nothing given up' : 'given up'], dead > 0, {
        href: hashOf({ view: 'dead-letters', filters: {} }),
      }),
      tone: dead > 0 ? 'bad' : 'quiet',
    },
  };
}

function part(
  title: string,
  figure: string,
  lines: readonly string[],
  isBusy: boolean,
  link: { readonly href?: string },
): NodeText {
  return { title, figure, lines, isBusy, tone: isBusy ? 'busy' : 'quiet', ...link };
}

function queue(title: string, { visible, in_flight, delayed, oldest_age_seconds }: QueueDepth): NodeText {
  const details = [
    ...(in_flight > 0 ? [`${count(in_flight)} in hand`] : []),
    ...(delayed > 0 ? [`${count(delayed)} later`] : []),
    ...(oldest_age_seconds === null ? [] : [`oldest ${roughly(oldest_age_seconds * 1_000)}`]),
  ];
  const isBusy = visible + in_flight > 0;
  return part(title, count(visible), details.length === 0 ? ['waiting'] : details.slice(0, 2), isBusy, {});
}

function perMinute(rate: number | undefined): string {
  return rate === undefined ? '–' : `${count(rate)}/min`;
}

function isAbove(value: number | null | undefined): boolean {
  return (value ?? 0) > 0;
}
