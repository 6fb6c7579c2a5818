/** A command that CI runs, whose exit code says whether it passed. */
export interface Suite {
  /** The suites of a lane run one after another. Lanes run side by side. */
  readonly lane: 'packages' | 'engines' | 'processor' | 'alone';
  readonly command: string;
}

/**
 * Every suite of `.ci/run`, in order. `packages` mostly waits for the npm registry, and `engines` for time to pass:
 * both leave the processors to the third lane. `alone` runs after all other lanes have ended.
 */
export const SUITES: readonly Suite[] = [
  { lane: 'packages', command: 'npm run package' },
  { lane: 'packages', command: 'npm run test:package' },
  { lane: 'packages', command: 'npm run test:init' },
  { lane: 'packages', command: 'npm run test:cdk-app' },
  { lane: 'packages', command: 'npm run test:packages' },
  { lane: 'engines', command: 'npm run test:engines' },
  { lane: 'engines', command: 'npm run test:lambda' },
  { lane: 'engines', command: 'npm run test:cloudformation' },
  { lane: 'processor', command: 'npm run test:browser' },
  { lane: 'processor', command: 'npm run mutants' },
  { lane: 'processor', command: 'npm run test:long' },
  // A packet to anywhere but this machine fails it, and the developer's own local stack must not change its result.
  { lane: 'alone', command: '.ci/loopback-only .ci/beside-npm-start npm test' },
];
