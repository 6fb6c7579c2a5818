import { SqsEngine } from '../../local/sqs-engine.ts';

/** What a message costs in a queue that holds so many. */
export interface QueueAlone {
  readonly messages: number;
  /** To be received and deleted, in tens. */
  readonly msPerMessage: number;
}

const AT_ONCE = 1_000;
const BODY = '{"v":1,"task_id":"00000000-0000-4000-8000-000000000000","generation":0}';

/** The local stack's queue engine with nothing around it: how much of what grows with a backlog is its own. */
export async function queueAlone(sizes: readonly number[], measured: number): Promise<QueueAlone[]> {
  const sqs = await SqsEngine.start();
  try {
    const found: QueueAlone[] = [];
    for (const messages of sizes) {
      const url = `${sqs.endpoint}/000000000000/of-${messages}`;
      await sqs.call('CreateQueue', { QueueName: `of-${messages}` });
      await fill(sqs, url, messages);
      const take = async (count: number) => {
        for (let taken = 0; taken < count; taken += 10)
          await sqs.delete(url, await sqs.receive(url, 10, false));
      };
      // Warm before it counts, and as long a queue as asked for.
      await take(measured);
      await fill(sqs, url, measured);
      const beganMs = performance.now();
      await take(measured);
      found.push({ messages, msPerMessage: (performance.now() - beganMs) / measured });
    }
    return found;
  } finally {
    await sqs.stop();
  }
}

async function fill(sqs: SqsEngine, url: string, messages: number): Promise<void> {
  for (let sent = 0; sent < messages; sent += AT_ONCE) {
    const some = Math.min(AT_ONCE, messages - sent);
    await sqs.send(
      url,
      Array.from({ length: some }, () => ({ body: BODY })),
    );
  }
}
