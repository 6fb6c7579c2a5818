/**
 * What the compiler refuses in a task file, with zod and with zod/mini. `npm run check:types` covers this file: a line
 * after `@ts-expect-error` that compiles is an error too. Nothing runs it.
 */
import { defineTask, type Run, type TaskModule } from 'callback-completion/task';
import { runTask } from 'callback-completion/testing';
import * as z from 'zod';
import * as mini from 'zod/mini';

const greet = defineTask({ input: z.strictObject({ name: z.string() }), timeout: '30s' });
const greetMini = defineTask({ input: mini.strictObject({ name: mini.string() }), timeout: '2m' });
const resize = defineTask({ input: z.strictObject({ width: z.number() }), timeout: '2h' });
const resizeMini = defineTask({ input: mini.strictObject({ width: mini.number() }), timeout: '1d' });
const review = defineTask({ input: z.strictObject({ subject: z.string() }), external: true });
const reviewMini = defineTask({ input: mini.strictObject({ subject: mini.string() }), external: true });

const runGreet: Run<typeof greet> = ({ name }) => ({ greeting: `Hello, ${name}` });
const runGreetMini: Run<typeof greetMini> = async ({ name }, { logger, secret, signal }) => {
  logger.info('greeting', { aborted: signal.aborted });
  return { greeting: `Hello, ${name}`, key: await secret('VENDOR_KEY') };
};
const runResize: Run<typeof resize> = ({ width }) => width * 2;
const runResizeMini: Run<typeof resizeMini> = ({ width }) => width * 2;

export const complete = defineTask({
  input: z.string(),
  name: 'greet',
  aliases: ['hello'],
  timeout: '90s',
  callbackUrl: 'https://receiver.example/hook',
  callbackFormat: 'standard',
});

/** The work gets what the schema's transforms return. */
const dated = defineTask({ input: z.string().transform((text) => new Date(text)) });
const datedMini = defineTask({
  input: mini.pipe(
    mini.string(),
    mini.transform((text) => new Date(text)),
  ),
});
export const runDated: Run<typeof dated> = (date) => date.getTime();
export const runDatedMini: Run<typeof datedMini> = (date) => date.getTime();

export const misspelt = [
  // @ts-expect-error
  defineTask({ input: z.string(), timeuot: '2m' }),
  // @ts-expect-error
  defineTask({ input: mini.string(), timeuot: '2m' }),
  // @ts-expect-error
  defineTask({ input: z.string(), callbackURL: 'https://receiver.example/hook' }),
  // @ts-expect-error
  defineTask({ input: mini.string(), external: true, alias: ['hello'] }),
  // @ts-expect-error
  defineTask({ input: mini.string(), callbackFormat: 'beam-v3' }),
];

export const noSchema = [
  // @ts-expect-error
  defineTask({}),
  // @ts-expect-error
  defineTask({ input: { name: 'string' } }),
  // @ts-expect-error
  defineTask({ input: z.string(), external: false }),
];

export const unknownUnits = [
  // @ts-expect-error
  defineTask({ input: z.string(), timeout: '2w' }),
  // @ts-expect-error
  defineTask({ input: mini.string(), timeout: '2w' }),
  // @ts-expect-error
  defineTask({ input: z.string(), timeout: '2 minutes' }),
  // @ts-expect-error
  defineTask({ input: mini.string(), timeout: '2 minutes' }),
  // @ts-expect-error
  defineTask({ input: z.string(), timeout: 'soon' }),
  // @ts-expect-error
  defineTask({ input: mini.string(), timeout: 120 }),
];

// @ts-expect-error: the input has a name, not a width
export const otherProperty: Run<typeof greet> = ({ width }) => width;
// @ts-expect-error
export const otherPropertyMini: Run<typeof greetMini> = ({ width }) => width;
// @ts-expect-error: the name is a string
export const otherType: Run<typeof greet> = ({ name }: { name: number }) => name;
// @ts-expect-error
export const otherTypeMini: Run<typeof greetMini> = ({ name }: { name: number }) => name;
// @ts-expect-error: the context has no `log`
export const otherContext: Run<typeof greet> = ({ name }, { log }) => log(name);

// @ts-expect-error: the work of another definition
export const ofOther: Run<typeof greet> = runResize;
// @ts-expect-error
export const ofOtherMini: Run<typeof greetMini> = runResizeMini;

export const whole: TaskModule<typeof greet> = { definition: greet, run: runGreet };
export const wholeMini: TaskModule<typeof greetMini> = { definition: greetMini, run: runGreetMini };
export const wholeExternal: TaskModule<typeof review> = { definition: review };
// @ts-expect-error
export const mixed: TaskModule<typeof greet> = { definition: greet, run: runResize };
// @ts-expect-error
export const mixedMini: TaskModule<typeof greetMini> = { definition: greetMini, run: runResizeMini };

// @ts-expect-error: an external task has no work here
export const ofExternal: Run<typeof review> = ({ subject }) => subject;
// @ts-expect-error
export const ofExternalMini: Run<typeof reviewMini> = ({ subject }) => subject;

export const inTests = [
  runTask({ definition: greet, run: runGreet }, { name: 'Ada' }),
  runTask({ definition: greetMini, run: runGreetMini }, { name: 'Ada' }),
  // @ts-expect-error
  runTask({ definition: greet, run: runResize }, { name: 'Ada' }),
  // @ts-expect-error
  runTask({ definition: greetMini, run: runResizeMini }, { name: 'Ada' }),
  // @ts-expect-error
  runTask({ definition: review }, { subject: 'Ada' }),
  // @ts-expect-error
  runTask({ definition: reviewMini }, { subject: 'Ada' }),
];
