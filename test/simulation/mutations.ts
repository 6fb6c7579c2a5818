/** A way to break the production code. Each text must be found exactly once in its file. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** Below the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const one = (name: string, file: string, find: string, replace: string): Mutation => ({
  name,
  edits: [{ file, find, replace }],
});

const ENTRY = 'lambda/ledger/entry.ts';
const CONDITIONS = 'lambda/ledger/conditions.ts';
const LEDGER = 'lambda/ledger/dynamo-ledger.ts';
const BATCH_WRITE = 'lambda/ledger/batch-write.ts';
const BATCH_READ = 'lambda/ledger/batch-read.ts';
const BATCH = 'lambda/queue/batch.ts';
const GATHERED_SENDS = 'lambda/queue/gathered-sends.ts';
const RUN = 'lambda/run/run-task.ts';
const DELIVER = 'lambda/deliver/deliver-callback.ts';
const SUBMIT = 'lambda/submit/submit-task.ts';

export const MUTATIONS: readonly Mutation[] = [
  one(
    'acknowledges while the lease is live',
    ENTRY,
    "if (leaseLeftMs > 0) return { do: 'put-back', waitMs: leaseLeftMs, why: 'another run holds the lease' };",
    'if (leaseLeftMs > 0) return ACKNOWLEDGE;',
  ),
  one(
    'no re-send on an idempotent retry',
    SUBMIT,
    "if (existing === undefined || existing.state === 'accepted') {",
    'if (existing === undefined) {',
  ),
  one(
    'completes without a condition',
    LEDGER,
    "settle(entry, completion, { condition: LEASE_IS_OURS, values: { running: 'running', token } }),",
    'settle(entry, completion, { condition: ENTRY_EXISTS, values: {} }),',
  ),
  one(
    'claims without looking at the lease',
    CONDITIONS,
    'and(IS_RUNNING, LEASE_HAS_LAPSED, RUNS_ARE_LEFT),',
    'and(IS_RUNNING, RUNS_ARE_LEFT),',
  ),
  one(
    'a lease that ends before its invocation',
    RUN,
    'const LEASE_MARGIN_MS = 5_000;',
    'const LEASE_MARGIN_MS = -30_000;',
  ),
  {
    name: 'POSTs before the outcome is stored',
    edits: [
      {
        file: RUN,
        find: '  const stored = await ledger.complete(entry, token, {',
        replace:
          '  if (entry.callback_url !== undefined) await sendCallback(entry, ports);\n  const stored = await ledger.complete(entry, token, {',
      },
      {
        file: ENTRY,
        find: "    case 'running':\n      return { do: 'forward', to: 'tasks' };",
        replace:
          "      return { do: 'forward', to: 'tasks' };\n    case 'running':\n      return { do: 'post' };",
      },
      {
        file: 'lambda/callback/request.ts',
        find: 'const { task_id, task_name, outcome, callback_url, callback_format } = entry;',
        replace:
          "const { task_id, task_name, callback_url, callback_format } = entry;\n  const outcome = entry.outcome ?? { status: 'completed' as const, completed_at_ms: nowMs, result: { json: 'null' } };",
      },
    ],
  },
  one(
    'no look at an older generation',
    ENTRY,
    'if (message.generation < entry.generation) return ACKNOWLEDGE;',
    '',
  ),
  one(
    'a newer generation is acknowledged',
    ENTRY,
    "return { do: 'put-back', why: 'the message is newer than the ledger' };",
    'return ACKNOWLEDGE;',
  ),
  one(
    'acknowledged before it is parked',
    'lambda/queue/wait-until.ts',
    'await ledger.putTimer({ at_ms: wait.untilMs, task_id, generation, ...timer });',
    'void ledger.putTimer({ at_ms: wait.untilMs, task_id, generation, ...timer }).catch(() => {});',
  ),
  one(
    'a message is acknowledged, and its successor not sent',
    BATCH,
    '      await queue.send({ message, delaySeconds, group });\n',
    '',
  ),
  one(
    'a new life shortens how long an entry is kept',
    LEDGER,
    'const expires_at = Math.max(seen.expires_at, expiresAt);',
    'const expires_at = expiresAt;',
  ),
  one(
    'who sends a task again leaves its mark',
    SUBMIT,
    '    if (existing !== undefined) await ledger.recordSent(existing);\n',
    '',
  ),
  one(
    'timers deleted before they are sent',
    'lambda/wake/send-due.ts',
    'const sent: Timer[] = [];',
    'const sent: Timer[] = [];\n  await ledger.deleteTimers(timers).catch(() => {});',
  ),
  one(
    'an attempt recorded whatever the count',
    CONDITIONS,
    'and(IS_DELIVERING, SAME_GENERATION, SAME_ATTEMPT_COUNT)',
    'and(IS_DELIVERING, SAME_GENERATION)',
  ),
  one(
    'the deadline looked at before the attempt',
    DELIVER,
    "    case 'post':\n      return entry;",
    "    case 'post':\n      if (now() >= (entry.deliver_by_ms ?? 0)) {\n        return await die(message, entry, undefined, 'deadline-passed', undefined, ports, settings);\n      }\n      return entry;",
  ),
  {
    name: 'dead before it is in the DLQ',
    edits: [
      {
        file: DELIVER,
        find: 'await deadLetters.send({',
        replace: 'const sendLetter = () => deadLetters.send({',
      },
      {
        file: DELIVER,
        find: "tell('dead', entry, { ...attempt, reason });",
        replace: "await sendLetter();\n  tell('dead', entry, { ...attempt, reason });",
      },
    ],
  },
  one('dead without a row on the list', DELIVER, '  await ledger.listDead(entry, reason, atMs);\n', ''),
  one(
    'dead in the same generation',
    LEDGER,
    'last_answer: answer,\n          generation: seen.generation + 1,',
    'last_answer: answer,',
  ),
  one(
    '202 before the message is sent',
    SUBMIT,
    "if (way.by === 'queue') await tasks.send(envelopeOf(entry, way.delaySeconds));",
    "if (way.by === 'queue') void tasks.send(envelopeOf(entry, way.delaySeconds)).catch(() => {});",
  ),
  one(
    'a batch accepts what was not sent',
    'lambda/submit/submit-batch.ts',
    'if (sent[position] === true) accept(task);',
    'if (sent.length >= 0) accept(task);',
  ),
  one(
    'a batch of messages counts as sent',
    'lambda/queue/queue.ts',
    'return Entries.map(({ Id }) => stored.has(Id));',
    'return Entries.map(() => stored.size > 0);',
  ),
  one(
    'forwards without sending',
    RUN,
    "await sendCallback(entry, ports, entry.state === 'delivering' ? FORWARD_DELAY_SECONDS : 0);",
    '',
  ),
  one(
    'held back without a timer',
    DELIVER,
    'const { disposition, untilMs } = await wait(askedForMs, message, entry, ports, settings);',
    'const { disposition, untilMs } = { disposition: ACKNOWLEDGE, untilMs: askedForMs };',
  ),
  one(
    'a refused completion leaves its timer',
    'lambda/complete-task/complete-task.ts',
    "if (entry.state !== 'accepted') throw settledAlready(entry);",
    '',
  ),
  one('a redriven letter is acknowledged', ENTRY, "return { do: 'revive' };", 'return ACKNOWLEDGE;'),
  one(
    'who loses a revive acknowledges',
    DELIVER,
    "if (revived === undefined) return { kind: 'put-back', afterSeconds: 0 };",
    'if (revived === undefined) return ACKNOWLEDGE;',
  ),
  one(
    'runs used up, and nobody hears of it',
    ENTRY,
    "if (entry.runs >= maxRuns) return { do: 'give-up-running' };",
    'if (entry.runs >= maxRuns) return ACKNOWLEDGE;',
  ),
  one(
    'runs without a limit',
    CONDITIONS,
    "const RUNS_ARE_LEFT = '#runs < :max_runs';",
    "const RUNS_ARE_LEFT = 'attribute_exists(#runs)';",
  ),
  one(
    'deliver: who loses a write acknowledges',
    DELIVER,
    "if (!recorded) return await lookAgain(message, ports, settings);\n  ports.tell('attempt-failed'",
    "if (!recorded) return ACKNOWLEDGE;\n  ports.tell('attempt-failed'",
  ),
  {
    // Without the first edit the ledger recognizes its own repeated write, and nobody loses one to itself.
    name: 'run: who loses a write acknowledges',
    edits: [
      {
        file: LEDGER,
        find: 'return item !== undefined && isAfter(item, change) ? item : undefined;',
        replace: 'return undefined;',
      },
      {
        file: RUN,
        find: 'if (!stored) return await afterRefusal(message, ports, settings);',
        replace: 'if (!stored) return ACKNOWLEDGE;',
      },
    ],
  },
  one(
    'gives a lease back that is not its own',
    LEDGER,
    "condition: LEASE_IS_OURS,\n        values: { running: 'running', token },",
    'condition: ENTRY_EXISTS,\n        values: {},',
  ),
  one(
    'a change by request without a timer',
    'lambda/complete-task/transition.ts',
    '  await putTimer();\n  if (!(await change())) return false;',
    '  if (!(await change())) return false;',
  ),
  one(
    'completes elsewhere what is settled',
    CONDITIONS,
    'export const MAY_BE_COMPLETED_ELSEWHERE = and(IS_ACCEPTED, IS_EXTERNAL);',
    'export const MAY_BE_COMPLETED_ELSEWHERE = IS_EXTERNAL;',
  ),
  one(
    'cancels what is running',
    CONDITIONS,
    'export const MAY_BE_CANCELLED = IS_ACCEPTED;',
    "export const MAY_BE_CANCELLED = 'attribute_exists(#pk)';",
  ),
  one(
    'what ran out of time counts as done',
    BATCH,
    "throw new LoggableError('the invocation ran out of time before the item was done');",
    'return false;',
  ),
  one(
    'a put-back is acknowledged',
    BATCH,
    "return end.kind === 'put-back';",
    "return end.kind === 'put-back' && end.afterSeconds !== 0;",
  ),
  one(
    'runs share one result',
    RUN,
    'placeResult(end.resultJson, entry.input, token)',
    "placeResult(end.resultJson, entry.input, '1')",
  ),
  one(
    'takes what was left over of a batch of reads for missing',
    BATCH_READ,
    'request = UnprocessedKeys?.[table];',
    'request = undefined;',
  ),
  one(
    'takes what was left over of a batch of writes for stored',
    BATCH_WRITE,
    'requests = UnprocessedItems[table] ?? [];',
    'requests = [];',
  ),
  one(
    'reads an entry as it may have been',
    LEDGER,
    'Key: marshall(key), ConsistentRead: true }',
    'Key: marshall(key) }',
  ),
  one(
    'goes by the order of a batch of reads',
    BATCH_READ,
    '.map((taskId) => [taskId, found.get(entryKey(taskId).pk)] as const);',
    '.map((taskId, index) => [taskId, [...found.values()][index]] as const);',
  ),
  one(
    'acknowledges what a batch left unbegun',
    BATCH,
    'return inOrder.filter((_, index) => isBack[index] ?? true);',
    'return inOrder.filter((_, index) => isBack[index] ?? false);',
  ),
  one(
    'a gathered message counts as sent at once',
    GATHERED_SENDS,
    '        return pending.promise;',
    '        pending.promise.catch(() => {});\n        return Promise.resolve();',
  ),
  one(
    'of gathered messages, takes the refused for stored',
    GATHERED_SENDS,
    'resolve(isStored[index] === true ? undefined',
    'resolve(index < isStored.length ? undefined',
  ),
];
