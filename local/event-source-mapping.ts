import { setTimeout as delay } from 'node:timers/promises';
import type { MappingDescription } from './app-description.ts';
import { judgeBatch } from './batch-answer.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionPool } from './function-pool.ts';
import { REGION } from './references.ts';
import type { ReceivedMessage, SqsCalls } from './sqs-calls.ts';

/** Pause after a fault of the poller itself, so that it does not spin. */
const FAULT_PAUSE_MS = 1_000;

export interface MappingSettings {
  readonly mapping: MappingDescription;
  readonly queueUrl: string;
  readonly sqs: SqsCalls;
  readonly functions: FunctionPool;
  readonly onLogLine: (line: string) => void;
}

/**
 * Lambda's event source mapping from an SQS queue to a function.
 *
 * It takes an execution environment first and polls then: so no message waits, its visibility timeout running,
 * for a function that is busy, and under load messages gather into full batches. The number of environments
 * is what limits concurrency.
 */
export class EventSourceMapping {
  readonly #settings: MappingSettings;
  readonly #invocations = new Set<Promise<void>>();
  #stopping = false;

  constructor(settings: MappingSettings) {
    this.#settings = settings;
    void this.#poll();
  }

  /** Takes no further messages; call it before the engines stop. */
  stopPolling(): void {
    this.#stopping = true;
  }

  /** Resolves when every batch that was taken has been dealt with. */
  async drained(): Promise<void> {
    await Promise.all(this.#invocations);
  }

  async #poll(): Promise<void> {
    const { functions } = this.#settings;
    while (!this.#stopping) {
      const environment = await functions.acquire();
      const messages = await this.#gather().catch(async (error: unknown) => {
        if (this.#stopping) return [];
        this.#tell('WARN', `polling ${this.#settings.queueUrl} failed: ${String(error)}`);
        await delay(FAULT_PAUSE_MS);
        return [];
      });
      if (messages.length === 0 || !environment.usable) {
        functions.release(environment);
        if (messages.length > 0) this.#track(this.#serveIn(functions.acquire(), messages));
        continue;
      }
      this.#track(this.#serveIn(Promise.resolve(environment), messages));
    }
  }

  /** A batch: as many as there are, and as many more as come within the batching window. */
  async #gather(): Promise<readonly ReceivedMessage[]> {
    const { mapping, queueUrl, sqs } = this.#settings;
    const messages = [...(await sqs.receive(queueUrl, mapping.batchSize, true))];
    if (messages.length === 0) return [];
    const windowEndsMs = Date.now() + mapping.batchingWindowSeconds * 1_000;
    while (messages.length < mapping.batchSize && Date.now() < windowEndsMs && !this.#stopping) {
      const more = await sqs.receive(queueUrl, mapping.batchSize - messages.length, false);
      messages.push(...more);
      if (more.length === 0) await delay(Math.min(100, Math.max(0, windowEndsMs - Date.now())));
    }
    return messages;
  }

  #track(invocation: Promise<void>): void {
    this.#invocations.add(invocation);
    void invocation.finally(() => this.#invocations.delete(invocation));
  }

  async #serveIn(
    acquired: Promise<ExecutionEnvironment>,
    messages: readonly ReceivedMessage[],
  ): Promise<void> {
    const { mapping, queueUrl, sqs, functions } = this.#settings;
    const environment = await acquired;
    try {
      const result = await environment.invoke(sqsEvent(messages, mapping.queueArn));
      const ids = messages.map(({ MessageId }) => MessageId);
      const { acknowledged, problem } = judgeBatch(ids, result, mapping.reportBatchItemFailures);
      if (problem !== undefined && result.ok) this.#tell('ERROR', `batch not acknowledged: ${problem}`);
      const done = new Set(acknowledged);
      await sqs.delete(
        queueUrl,
        messages.filter(({ MessageId }) => done.has(MessageId)),
      );
    } catch (error) {
      if (!this.#stopping) this.#tell('WARN', `acknowledging messages failed: ${String(error)}`);
    } finally {
      functions.release(environment);
    }
  }

  #tell(level: 'WARN' | 'ERROR', message: string): void {
    this.#settings.onLogLine(JSON.stringify({ level, message }));
  }
}

/** The event that Lambda hands to a function for these messages. */
function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): unknown {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
          name,
          {
            ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
            ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
            stringListValues: [],
            binaryListValues: [],
            dataType: attribute.DataType,
          },
        ]),
      ),
      ...(message.MD5OfMessageAttributes !== undefined && {
        md5OfMessageAttributes: message.MD5OfMessageAttributes,
      }),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: REGION,
    })),
  };
}
