/** Reports what a command is doing, so that nobody waits in front of an empty screen. */
export type Progress = (step: string) => void;

/**
 * Returns what prints a line as each step begins, in a terminal and into a pipe alike.
 *
 * @param isQuiet prints nothing
 */
export function printedProgress(isQuiet: boolean, print: (line: string) => void): Progress {
  return isQuiet ? () => {} : (step) => print(`  ${step}…`);
}
