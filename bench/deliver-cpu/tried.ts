/** What was tried to come nearer to the target, for whoever reads that it was missed. */
export const TRIED: readonly string[] = [
  "A callback is two requests, its POST and its write, and a tenth of a third: by the bare loop's own price 2.1 ×. So the target leaves less than half of a bare POST for everything else: serialization, two signatures of the callback, Signature Version 4, retries, the guard of its address, a log line.",
  "Done, with what each saved when it was made: the reads of a batch in one BatchGetItem (nine tenths of a call to the SDK), its middleware stacks built once (a tenth of the whole), bodies sent as text with their headers (a tenth). Of effects too small to be told from noise: each client's secret derived once, update expressions searched once, lists of networks made once, credentials read once.",
  'Not done: the writes of a batch in one BatchExecuteStatement (docs/decisions/0009-no-partiql.md): even a free write leaves deliver where it is told above; requests signed and sent by hand, which would leave retries, the clock and endpoints to us; SendMessageBatch for the dead letters of a batch, which hardly ever die in the same instant.',
];
