import type { AppDescription, FunctionDescription, MappingDescription } from '../../local/app-description.ts';
import type { EngineEndpoints } from '../../local/engines.ts';
import { Functions } from '../../local/functions.ts';

/** Deliver and what feeds it. */
export interface Deliver {
  readonly deliver: FunctionDescription;
  readonly mapping: MappingDescription;
  /** Of the callbacks queue. */
  readonly queueUrl: string;
}

/** @throws Error if the app has no function that consumes the callbacks queue */
export function deliverIn({ pipelines, queues }: AppDescription): Deliver {
  const { functions = [], mappings = [], queueUrls } = pipelines[0] ?? {};
  const queue = queues.find(({ url }) => url === queueUrls?.callbacks);
  const mapping = mappings.find(({ queueArn }) => queueArn === queue?.arn);
  const deliver = functions.find(({ arn }) => arn === mapping?.functionArn);
  if (deliver === undefined || mapping === undefined || queue === undefined) {
    const names = functions.map(({ logicalId }) => logicalId).join(', ');
    throw new Error(`none of the template's functions consumes the callbacks queue; it has ${names}`);
  }
  return { deliver, mapping, queueUrl: queue.url };
}

/** Passes on what goes wrong, and nothing else. */
export function onLogLine(line: string): void {
  if (!line.includes('"level":"INFO"')) process.stderr.write(`${line}\n`);
}

export function quietFunctions({ pipelines }: AppDescription, endpoints: EngineEndpoints): Functions {
  const description = pipelines[0] ?? { functions: [], mappings: [] };
  return new Functions({ description, engines: endpoints, told: endpoints, variables: {}, onLogLine });
}
