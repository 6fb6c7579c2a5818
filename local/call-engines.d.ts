declare module '*/call-engines.mjs' {
  import type { EngineAnswer, EngineCall, EngineTargets } from './function-protocol.ts';

  export function callEnginesBy(
    targets: EngineTargets,
    post: (call: EngineCall) => void,
  ): (answer: EngineAnswer) => void;
}
