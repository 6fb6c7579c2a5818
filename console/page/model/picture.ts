/** Where the parts of the pipeline's picture stand, and how they are joined. Data only. */

export type NodeName =
  | 'submit'
  | 'tasks'
  | 'run'
  | 'callbacks'
  | 'deliver'
  | 'receiver'
  | 'ledger'
  | 'wake'
  | 'dlq';

/** In the units of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  /** An SVG path; it ends in an arrow. */
  readonly path: string;
  readonly kind: 'flow' | 'memory' | 'failure';
  /** The part that must have something in it for the line to be drawn as lively. */
  readonly from: NodeName;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly nodes: Readonly<Record<NodeName, Box>>;
  readonly lines: readonly Line[];
}

const TOP = 4;
const HIGH = 92;
const MIDDLE = TOP + HIGH / 2;
const BELOW = TOP + HIGH;

/** From left to right, as the README has it. */
export const WIDE: Picture = {
  width: 1_120,
  height: 322,
  nodes: {
    submit: { x: 2, y: TOP, width: 128, height: HIGH },
    tasks: { x: 178, y: TOP, width: 180, height: HIGH },
    run: { x: 406, y: TOP, width: 118, height: HIGH },
    callbacks: { x: 572, y: TOP, width: 180, height: HIGH },
    deliver: { x: 800, y: TOP, width: 118, height: HIGH },
    receiver: { x: 986, y: TOP, width: 132, height: HIGH },
    wake: { x: 572, y: 136, width: 180, height: 78 },
    ledger: { x: 2, y: 254, width: 916, height: 64 },
    dlq: { x: 986, y: 226, width: 132, height: HIGH },
  },
  lines: [
    { path: `M130 ${MIDDLE}H174`, kind: 'flow', from: 'submit' },
    { path: `M358 ${MIDDLE}H402`, kind: 'flow', from: 'tasks' },
    { path: `M524 ${MIDDLE}H568`, kind: 'flow', from: 'run' },
    { path: `M752 ${MIDDLE}H796`, kind: 'flow', from: 'callbacks' },
    { path: `M918 ${MIDDLE}H982`, kind: 'flow', from: 'deliver' },
    { path: `M66 ${BELOW}V250`, kind: 'memory', from: 'submit' },
    { path: `M465 ${BELOW}V250`, kind: 'memory', from: 'run' },
    { path: `M840 ${BELOW}V250`, kind: 'memory', from: 'deliver' },
    { path: 'M662 254V218', kind: 'memory', from: 'ledger' },
    { path: `M662 136V${BELOW + 4}`, kind: 'memory', from: 'wake' },
    { path: `M572 175H268V${BELOW + 4}`, kind: 'memory', from: 'wake' },
    { path: `M884 ${BELOW}V196H1052V222`, kind: 'failure', from: 'dlq' },
  ],
};

const STEP = 106;
const LOW = 78;
const row = (index: number) => ({ x: 2, y: 2 + index * STEP, width: 176, height: LOW });
const gap = (index: number) => `M90 ${2 + index * STEP + LOW}V${2 + (index + 1) * STEP - 4}`;

/** From top to bottom, for a phone. */
export const TALL: Picture = {
  width: 340,
  height: 612,
  nodes: {
    submit: row(0),
    tasks: row(1),
    run: row(2),
    callbacks: row(3),
    deliver: row(4),
    receiver: row(5),
    ledger: { x: 222, y: 2, width: 116, height: 268 },
    wake: { x: 222, y: 320, width: 116, height: LOW },
    dlq: { x: 222, y: 532, width: 116, height: LOW },
  },
  lines: [
    { path: gap(0), kind: 'flow', from: 'submit' },
    { path: gap(1), kind: 'flow', from: 'tasks' },
    { path: gap(2), kind: 'flow', from: 'run' },
    { path: gap(3), kind: 'flow', from: 'callbacks' },
    { path: gap(4), kind: 'flow', from: 'deliver' },
    { path: 'M178 41H218', kind: 'memory', from: 'submit' },
    { path: 'M178 240H218', kind: 'memory', from: 'run' },
    { path: 'M178 448H200V258H218', kind: 'memory', from: 'deliver' },
    { path: 'M280 270V316', kind: 'memory', from: 'ledger' },
    { path: 'M222 359H182', kind: 'memory', from: 'wake' },
    { path: 'M178 482H280V528', kind: 'failure', from: 'dlq' },
  ],
};
