import type { Dice } from './random.ts';

/** What can befall one I/O step of a function. */
export const STEP_FAULTS = [
  'crash before a step',
  'crash after a step',
  'throttled',
  'reply lost',
  'asked twice by the SDK',
  'frozen before a step',
  'frozen after a step',
  'slow step',
] as const;

/** What else can go wrong. */
const OTHER_FAULTS = [
  'invocation timed out',
  'left running after its end',
  'clock off by more than 1 s',
  'message handed out twice',
  'acknowledgement lost',
  'part of a batch refused',
  'moved natively to the DLQ',
  'wake late',
  'wake skipped',
  'wake twice at once',
  'receiver: 5xx',
  'receiver: 429 with Retry-After',
  'receiver: 410',
  'receiver: redirect',
  'receiver: hangs',
  'receiver: refuses',
  'receiver: reset before it saw it',
  'receiver: reset after it saw it',
  'held back by the breaker',
  'no time left for the rest of a batch',
  'work: throws',
  'work: asks for another run',
  'work: takes too long',
  'work: ends its process',
  'work: kills its function',
  'client: heard nothing and asks again',
  'client: heard nothing and gives up',
  'client: asks again for no reason',
  'operator: redrives twice',
  'operator: killed half-way',
] as const;

export type StepFault = (typeof STEP_FAULTS)[number];
export type OtherFault = (typeof OTHER_FAULTS)[number];
export type Fault = StepFault | OtherFault;

export const FAULTS: readonly Fault[] = [...STEP_FAULTS, ...OTHER_FAULTS];

/** How often each fault is thrown, from 0 to 1 for each occasion. What is not named never comes. */
export type FaultRates = Readonly<Partial<Record<Fault, number>>>;

/** Faults at given I/O steps, counted from 0. */
export type FaultScript = ReadonlyMap<number, StepFault>;

/** An everyday day in the cloud, made some hundred times worse. */
export const ROUGH_RATES: FaultRates = {
  'frozen before a step': 0.0015,
  'frozen after a step': 0.0015,
  'reply lost': 0.008,
  'message handed out twice': 0.04,
  'crash after a step': 0.006,
  'asked twice by the SDK': 0.006,
  throttled: 0.01,
  'crash before a step': 0.006,
  'slow step': 0.01,
  'left running after its end': 0.5,
  'acknowledgement lost': 0.02,
  'part of a batch refused': 0.05,
  'wake late': 0.1,
  'wake skipped': 0.05,
  'wake twice at once': 0.05,
  'client: asks again for no reason': 0.05,
  'client: heard nothing and gives up': 0.15,
  'operator: redrives twice': 0.3,
  'operator: killed half-way': 0.2,
};

/** Decides what goes wrong and counts what did. */
export class Faults {
  readonly counts = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));
  /** I/O steps made so far. */
  steps = 0;
  /** From then on nothing more goes wrong. */
  calm = false;
  readonly #rates: FaultRates;
  readonly #script: FaultScript;
  readonly #dice: Dice;

  constructor(rates: FaultRates, script: FaultScript, dice: Dice) {
    this.#rates = rates;
    this.#script = script;
    this.#dice = dice;
  }

  count(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }

  /** Whether it happens this time; if so it is counted. */
  strikes(fault: OtherFault): boolean {
    const rate = this.#rates[fault] ?? 0;
    if (this.calm || rate === 0 || !this.#dice.chance(rate)) return false;
    this.count(fault);
    return true;
  }

  /**
   * What befalls the next I/O step.
   *
   * @param possible the faults that this kind of step can have
   */
  onStep(possible: readonly StepFault[]): StepFault | undefined {
    const scripted = this.#script.get(this.steps);
    const fault = scripted !== undefined && possible.includes(scripted) ? scripted : this.#thrown(possible);
    this.steps += 1;
    if (fault !== undefined) this.count(fault);
    return fault;
  }

  #thrown(possible: readonly StepFault[]): StepFault | undefined {
    if (this.calm) return undefined;
    let left = this.#dice.next();
    for (const fault of STEP_FAULTS) {
      left -= this.#rates[fault] ?? 0;
      if (left < 0) return possible.includes(fault) ? fault : undefined;
    }
    return undefined;
  }
}

/** Of steps that cannot be answered with an error of AWS's. */
export const NO_ERROR_ANSWERS: readonly StepFault[] = [
  'crash before a step',
  'crash after a step',
  'frozen before a step',
  'frozen after a step',
  'slow step',
];
