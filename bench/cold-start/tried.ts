/** What was tried to make a cold start shorter, for whoever tries next. Milliseconds are of the machine of the time. */
export const TRIED: readonly string[] = [
  'Done, with what each saved of the first call and before: zod/mini and no schema in a queue message (90 KB); schemas, errors and dates of the SDK that no function uses (31 KB together; 1 ms to compile each 25 KB); web streams, which the SDK loads by naming them (less than 1 ms); lists of special addresses made when the first address is looked at (3 ms); no pattern for IPv6 compiled for a host that is a name (2 ms, which the first https connection takes instead); region and modes given to the clients, not asked for (4 ms); ASCII, so that V8 has one byte a character.',
  'Tried, without effect: a larger young generation; all functions compiled at once, by flag (20 ms more) or by the comment that V8 knows for it; no lazy compilation at all (15 ms more).',
  'Not done: a compile cache or a snapshot, which the managed runtime gives no place; requests signed and sent by hand (35 ms for all of it), which would leave retries, time-outs and endpoints to us; Powertools and middy are given and take some 5 ms together.',
  'To reach 2.75 times a Node that does nothing, all of it may take some 50 ms: not much more than Node needs for its own modules, and V8 for a bundle of this size, before the first line of the SDK runs.',
];
