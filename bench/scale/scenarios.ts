/** What is simulated. */
export interface Scenario {
  readonly name: string;
  /** For tables and plots. */
  readonly title: string;
  /** What a dead host does with a callback; `none` where there is none. */
  readonly deadHosts: 'none' | 'refuse' | 'hang';
  /** How many dead hosts share the callbacks. */
  readonly hosts: number;
  readonly breaker: boolean;
  readonly fairQueues: boolean;
  /** Ends after the three days although not all is settled: it would take weeks. */
  readonly cutOff?: boolean;
}

const USUAL = { hosts: 100, breaker: true, fairQueues: true } as const;

export const BASELINE: Scenario = {
  ...USUAL,
  name: 'baseline',
  title: 'no dead hosts',
  deadHosts: 'none',
};

/** Those that the targets are about, and three more for contrast. */
export const SCENARIOS: readonly Scenario[] = [
  BASELINE,
  { ...USUAL, name: 'refuse', title: 'dead hosts refuse', deadHosts: 'refuse' },
  { ...USUAL, name: 'hang', title: 'dead hosts hang', deadHosts: 'hang' },
  {
    ...USUAL,
    name: 'refuse-unfair',
    title: 'refuse, without fair queues',
    deadHosts: 'refuse',
    fairQueues: false,
  },
  { ...USUAL, name: 'hang-unfair', title: 'hang, without fair queues', deadHosts: 'hang', fairQueues: false },
  { ...USUAL, name: 'hang-one-host', title: 'one host hangs, owed all', deadHosts: 'hang', hosts: 1 },
  {
    ...USUAL,
    name: 'hang-no-breaker',
    title: 'hang, without the breaker',
    deadHosts: 'hang',
    breaker: false,
    cutOff: true,
  },
];
