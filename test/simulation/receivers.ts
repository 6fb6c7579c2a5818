import { outcomeOfError, outcomeOfStatus } from '../../lambda/callback/outcome.ts';
import type { CallbackAnswer, CallbackRequest } from '../../lambda/callback/post.ts';
import { type Fault, NO_ERROR_ANSWERS } from './faults.ts';
import type { Invocation } from './invocation.ts';
import type { Dice } from './random.ts';
import { EPOCH_MS } from './virtual-time.ts';
import type { World } from './world.ts';

/** How a receiver meets one POST. */
export type Reception = 'well' | Extract<Fault, `receiver: ${string}`>;

/** Decides how the receiver of that host meets the n-th POST of a task. */
export type Receivers = (host: string, nth: number, nowMs: number) => Reception;

/** One attempt, all in all, as deliver's handler has it. */
const ATTEMPT_TIMEOUT_MS = 15_000;

/** A `post` port that goes to simulated receivers. */
export function simulatedPost(world: World, invocation: Invocation, receivers: Receivers) {
  return async (request: CallbackRequest): Promise<CallbackAnswer> => {
    const taskId = String(request.headers['webhook-id']);
    const { host } = new URL(request.url);
    const reception = await invocation.io<Reception>(
      { name: `POST ${host}`, taskId, faults: NO_ERROR_ANSWERS },
      () => {
        const met = receivers(host, world.invariants.task(taskId).posts + 1, world.time.nowMs);
        if (met !== 'well') world.faults.count(met);
        const unseen = met === 'receiver: refuses' || met === 'receiver: reset before it saw it';
        world.trace(`${host}: ${met}`, taskId);
        if (!unseen)
          world.invariants.posted(request, met === 'well' || met === 'receiver: reset after it saw it');
        return met;
      },
    );
    if (reception === 'receiver: hangs') {
      const { promise, resolve } = Promise.withResolvers<void>();
      invocation.startTimer(resolve, ATTEMPT_TIMEOUT_MS);
      await promise;
    }
    return answerTo(reception, invocation.now(), world.dice);
  };
}

function answerTo(reception: Reception, nowMs: number, { pick }: Dice): CallbackAnswer {
  switch (reception) {
    case 'well':
      return { outcome: outcomeOfStatus(pick([200, 201, 204]), undefined, nowMs) };
    case 'receiver: 5xx':
      return {
        outcome: outcomeOfStatus(pick([500, 502, 503]), undefined, nowMs),
        excerpt: 'closed for lunch',
      };
    case 'receiver: 429 with Retry-After':
      return { outcome: outcomeOfStatus(429, pick(['1', '45', '400']), nowMs) };
    case 'receiver: 410':
      return { outcome: outcomeOfStatus(410, undefined, nowMs) };
    case 'receiver: redirect':
      return { outcome: outcomeOfStatus(302, undefined, nowMs) };
    case 'receiver: hangs':
      return { outcome: outcomeOfError({ code: 'ABORT_ERR' }) };
    case 'receiver: refuses':
      return { outcome: outcomeOfError({ code: 'ECONNREFUSED' }) };
    case 'receiver: reset before it saw it':
    case 'receiver: reset after it saw it':
      return { outcome: outcomeOfError({ code: 'ECONNRESET' }) };
  }
}

const MOODS: readonly (readonly Reception[])[] = [
  ['well'],
  ['well'],
  ['well', 'receiver: 5xx', 'receiver: reset before it saw it'],
  ['well', 'receiver: reset after it saw it', 'receiver: redirect', 'receiver: 429 with Retry-After'],
  ['receiver: 5xx', 'receiver: 5xx', 'receiver: 5xx', 'receiver: 410'],
  ['receiver: hangs', 'receiver: hangs', 'receiver: 5xx'],
  ['receiver: refuses'],
];

const LONGEST_MOOD_MS = 100 * 60_000;

/** Hosts whose mood changes now and then, until all of them are well for good. */
export function moodyReceivers(hosts: readonly string[], dice: Dice, wellFromMs: number): Receivers {
  const moods = new Map(
    hosts.map((host) => {
      const changes: { readonly fromMs: number; readonly mood: readonly Reception[] }[] = [];
      for (let fromMs = EPOCH_MS; fromMs < wellFromMs; fromMs += dice.between(60_000, LONGEST_MOOD_MS)) {
        changes.push({ fromMs, mood: dice.pick(MOODS) });
      }
      return [host, changes];
    }),
  );
  return (host, _nth, nowMs) => {
    if (nowMs >= wellFromMs) return 'well';
    const mood = moods.get(host)?.findLast(({ fromMs }) => fromMs <= nowMs)?.mood ?? ['well'];
    return dice.pick(mood);
  };
}
