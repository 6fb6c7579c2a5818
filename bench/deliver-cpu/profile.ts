import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** How much of the time was spent in code of a kind. */
export interface Share {
  readonly group: string;
  /** 0 to 1. */
  readonly share: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

/** What code belongs to, by where its source lies: the first that matches. */
const GROUPS: readonly (readonly [group: string, source: RegExp])[] = [
  [
    'SDK: middleware, endpoint, retries, headers',
    /@smithy\/core\/.*\/(client|endpoints|retry|config|transport)\/|@aws-sdk\/(core|middleware|client)|smithy-client|middleware-|lib\/regional-endpoint/,
  ],
  ['SDK: signature', /signature|sigv4|httpAuthSchemes|credential|@smithy\/core\/.*\/(checksum|serde\/hash)/],
  ['SDK: JSON and schemas', /protocols|schema|serde|util-dynamodb|marshall|client-dynamodb/],
  ['SDK: HTTP handler', /node-http-handler/],
  ['the rest of the SDK', /@smithy|@aws-sdk|@aws\//],
  ['log lines (Powertools)', /powertools|lambda\/(log|metrics|fault-fields)\.ts/],
  ['callback: guard, URL, request, signature', /lambda\/callback\//],
  ['ledger: expressions and entries', /lambda\/ledger\//],
  ['deliver, queue, middy', /lambda\/|middy/],
  [
    'Node: HTTP and sockets',
    /^node:(_http|http|internal\/http|net|_stream|stream|internal\/(stream|net|socket)|internal\/js_stream)/,
  ],
  ['Node: crypto', /^node:(crypto|internal\/crypto)/],
  [
    'Node: timers, events, promises',
    /^node:(timers|events|internal\/(timers|event|process|async|abort|promise))/,
  ],
  ['Node: the rest', /^node:/],
];

/**
 * Where the time went that was not idle, the largest share first.
 *
 * @param bundle with its source map beside it
 * @param directory where `--cpu-prof` has written
 */
export function sharesOf(bundle: string, directory: string): Share[] {
  const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  const profile: CpuProfile = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const time = profile.timeDeltas[index + 1] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)') return;
    const group = groupOf(frame, bundle, map);
    total += time;
    spent.set(group, (spent.get(group) ?? 0) + time);
  });
  return [...spent]
    .map(([group, time]) => ({ group, share: time / total }))
    .sort((a, b) => b.share - a.share);
}

function groupOf({ functionName, url, lineNumber, columnNumber }: CallFrame, bundle: string, map: SourceMap) {
  if (url === '') return nativeGroup(functionName);
  const entry = url.endsWith(bundle) ? map.findEntry(lineNumber, columnNumber) : {};
  const source = 'originalSource' in entry ? String(entry.originalSource) : url;
  return GROUPS.find(([, pattern]) => pattern.test(source))?.[0] ?? 'the rest';
}

function nativeGroup(functionName: string): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  return functionName === '(program)' ? 'system calls and V8 itself' : 'native code';
}
