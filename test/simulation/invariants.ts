import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallbackRequest } from '../../lambda/callback/post.ts';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import { type Entry, isUnsent } from '../../lambda/ledger/entry.ts';
import type { Timer } from '../../lambda/ledger/timer.ts';
import { type Message, parseMessage } from '../../lambda/queue/message.ts';
import { sdkClient } from './aws-clients.ts';
import type { Item } from './expressions.ts';
import type { Invocation } from './invocation.ts';
import type { SimulatedQueue, StoredMessage } from './simulated-sqs.ts';
import { type Fault, faultInChange } from './transitions.ts';
import { EPOCH_MS } from './virtual-time.ts';
import type { World } from './world.ts';

/** What must hold; the rest of it is in transitions.ts. */
type Invariant =
  | 'no accepted task is lost'
  | 'runs do not overlap'
  | 'no run after the outcome'
  | 'no POST before the outcome'
  | 'same body and id'
  | 'undelivered is in DLQ and list'
  | 'redriven is attempted first'
  | 'revived only when asked'
  | 'something will advance it'
  | 'delivered means seen'
  | 'accepted is not marked unsent'
  | 'the code does not break'
  | Fault['invariant'];

export interface Violation {
  readonly invariant: Invariant;
  readonly taskId: string;
  readonly what: string;
  /** Milliseconds since the simulation began. */
  readonly atMs: number;
}

/** What is known of one task from outside of the production code. */
export interface Known {
  readonly taskId: string;
  entry: Entry | undefined;
  /** A 202 was answered for it, or was about to be. */
  accepted: boolean;
  /** Everything that can still advance it. */
  readonly messages: Map<
    string,
    { readonly queue: string; readonly native: boolean; readonly generation: number }
  >;
  readonly timers: Map<string, number>;
  /** Sort keys of its rows on the operators' list. */
  readonly listed: Set<string>;
  /** Generations that an operator has sent again. */
  readonly redriven: Set<number>;
  /** Invocations in which its work is going on. */
  readonly runningIn: Set<Invocation>;
  body: string | undefined;
  posts: number;
  /** How many of its POSTs the receiver has taken. */
  taken: number;
}

/** So many violations are kept: the first says most. */
const MOST_VIOLATIONS = 20;

/** Watches every write, message, run and POST, and looks at each touched task after every event. */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly tasks = new Map<string, Known>();
  readonly #touched = new Set<Known>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  task(taskId: string): Known {
    let known = this.tasks.get(taskId);
    if (known === undefined) {
      known = {
        taskId,
        entry: undefined,
        accepted: false,
        messages: new Map(),
        timers: new Map(),
        listed: new Set(),
        redriven: new Set(),
        runningIn: new Set(),
        body: undefined,
        posts: 0,
        taken: 0,
      };
      this.tasks.set(taskId, known);
    }
    this.#touched.add(known);
    return known;
  }

  violated(invariant: Invariant, taskId: string, what: string): void {
    this.#world.trace(`VIOLATED: ${invariant}: ${what}`, taskId);
    if (this.violations.length >= MOST_VIOLATIONS) return;
    this.violations.push({ invariant, taskId, what, atMs: this.#world.time.nowMs - EPOCH_MS });
  }

  /** A 202 is about to be answered. */
  answered(taskId: string): void {
    this.task(taskId).accepted = true;
  }

  onWrite(pk: string, sk: string, before: Item | undefined, after: Item | undefined): void {
    const [kind, id = ''] = pk.split('#');
    if (kind === 'task') {
      if (sk === 'entry' && after !== undefined) this.#decode(this.task(id), after);
      return;
    }
    if (kind === 'hangs') return;
    const known = this.task(sk.split('#')[1] ?? '');
    if (kind === 'dead') {
      if (after === undefined) known.listed.delete(sk);
      else known.listed.add(sk);
    } else if (after === undefined) known.timers.delete(sk);
    else {
      const { generation } = unmarshall(after) as unknown as Timer;
      known.timers.set(sk, generation);
    }
    const change = `${before === undefined ? '' : 'again '}${after === undefined ? 'gone' : 'put'}`;
    this.#world.trace(`${pk}/${sk}: ${change}`, known.taskId);
  }

  onMessage(queue: SimulatedQueue, { id, body, movedNatively }: StoredMessage, event: 'in' | 'out'): void {
    const { task_id, generation }: Message = parseMessage(body);
    const { messages } = this.task(task_id);
    if (event === 'out') messages.delete(id);
    else messages.set(id, { queue: queue.name, native: movedNatively, generation });
  }

  workBegins(taskId: string, invocation: Invocation): void {
    const known = this.task(taskId);
    if (known.runningIn.size > 0) {
      const others = [...known.runningIn].map(({ name }) => name).join(', ');
      this.violated('runs do not overlap', taskId, `${invocation.name} runs beside ${others}`);
    }
    if (known.entry?.outcome !== undefined) {
      this.violated(
        'no run after the outcome',
        taskId,
        `${invocation.name} runs what is ${known.entry.state}`,
      );
    }
    known.runningIn.add(invocation);
  }

  workEnds(taskId: string, invocation: Invocation): void {
    this.task(taskId).runningIn.delete(invocation);
  }

  /** A POST has reached its receiver, or was on its way there. */
  posted({ headers, body }: CallbackRequest, taken: boolean): void {
    const taskId = String(headers['webhook-id']);
    const known = this.task(taskId);
    known.posts += 1;
    if (taken) known.taken += 1;
    if (known.entry?.outcome === undefined) {
      this.violated('no POST before the outcome', taskId, `posted while ${known.entry?.state ?? 'unknown'}`);
    }
    known.body ??= body;
    const differs = known.body !== body || !body.includes(taskId);
    if (differs) this.violated('same body and id', taskId, `first ${known.body}, now ${body}`);
  }

  /** Looks at every task that was touched since the last look. */
  check(): void {
    for (const known of this.#touched) this.#look(known);
    this.#touched.clear();
  }

  /**
   * Reads the entry with the ledger's own eyes: how it is stored is the ledger's business. It has been read before the
   * next event comes.
   */
  #decode(known: Known, item: Item): void {
    const client = sdkClient(DynamoDBClient, async () => ({ Item: item }));
    const { actor } = this.#world;
    dynamoLedger(client, 'ledger')
      .read(known.taskId)
      .then((entry) => {
        if (entry !== undefined) this.#onEntry(known, entry, actor);
      })
      .catch((error: unknown) => this.violated('the code does not break', known.taskId, String(error)));
  }

  #onEntry(known: Known, after: Entry, actor: Invocation | undefined): void {
    const { entry: before, taskId } = known;
    known.entry = after;
    const told = `${before?.state ?? 'nothing'} → ${after.state}, generation ${after.generation}`;
    this.#world.trace(`ledger: ${told}, runs ${after.runs}, attempts ${after.attempt_count}`, taskId);
    const fault = faultInChange(before, after, {
      nowMs: this.#world.time.nowMs,
      maxRuns: this.#world.maxRuns,
    });
    if (fault !== undefined) this.violated(fault.invariant, taskId, fault.what);
    if (
      before?.state === 'dead' &&
      after.generation === before.generation &&
      !known.redriven.has(after.generation)
    ) {
      this.violated('revived only when asked', taskId, `generation ${after.generation} was not redriven`);
    }
    if (before?.state === 'delivering' && after.state === 'dead') this.#onDeath(known, after, actor);
  }

  /** Only what the breaker holds back may die without a last attempt, and what was sent again has had its first. */
  #onDeath(
    { taskId }: Known,
    { attempts, attempt_count, schedule_base, generation, ...entry }: Entry,
    actor: Invocation | undefined,
  ): void {
    const attempted = attempts.at(-1)?.attempt === attempt_count && attempt_count > schedule_base;
    if (generation > 1 && !attempted) {
      this.violated('redriven is attempted first', taskId, 'a new life ended without an attempt');
    }
    const host = entry.callback_url === undefined ? '' : new URL(entry.callback_url).host;
    const endedAtMs = (attempts.at(-1)?.at_ms ?? 0) + (attempts.at(-1)?.duration_ms ?? 0);
    const deadlineMs = entry.deliver_by_ms ?? 0;
    if (
      entry.dead_reason === 'deadline-passed' &&
      endedAtMs < deadlineMs &&
      actor?.heldBackFrom.has(host) !== true
    ) {
      this.violated(
        'redriven is attempted first',
        taskId,
        'the deadline was looked at before the last attempt',
      );
    }
  }

  #look(known: Known): void {
    const { entry, accepted, taskId } = known;
    if (entry === undefined) {
      if (accepted)
        this.violated('no accepted task is lost', taskId, 'answered with 202 and not in the ledger');
      return;
    }
    switch (entry.state) {
      case 'accepted':
        // Whose submission was never answered with 202 was promised nothing.
        if ((accepted || entry.runs > 0) && !willAdvance(known, entry)) this.#stranded(known, entry);
        if (accepted && isUnsent(entry)) {
          this.violated('accepted is not marked unsent', taskId, 'requeue would leave it for ever');
        }
        return;
      case 'running':
      case 'delivering':
        if (!willAdvance(known, entry)) this.#stranded(known, entry);
        return;
      case 'dead': {
        const sent = [...known.messages.values()].some(({ generation }) => generation === entry.generation);
        const listed = [...known.listed].some((sk) => sk.startsWith(String(entry.dead_at_ms)));
        if (!sent) this.violated('undelivered is in DLQ and list', taskId, 'dead, and not in the DLQ');
        if (!listed) this.violated('undelivered is in DLQ and list', taskId, 'dead, and not on the list');
        return;
      }
      case 'delivered':
        if (known.taken === 0) this.violated('delivered means seen', taskId, 'no receiver has taken it');
        return;
      case 'completed':
        return;
    }
  }

  #stranded({ taskId, messages }: Known, { state, generation }: Entry): void {
    const left = [...messages.values()].map((message) => `${message.queue}/${message.generation}`).join(', ');
    const what = `${state}, generation ${generation}; messages: ${left || 'none'}; no timer`;
    this.violated('something will advance it', taskId, what);
  }
}

/** A message of its life that will be received, one that an operator finds, or a timer. */
function willAdvance({ messages, timers }: Known, { generation }: Entry): boolean {
  for (const message of messages.values()) {
    if (message.generation === generation && (message.queue !== 'dead-letters' || message.native))
      return true;
  }
  for (const timerGeneration of timers.values()) if (timerGeneration === generation) return true;
  return false;
}
