import type { EnvironmentVariable, FunctionName } from './contract/settings.ts';
import { LoggableError } from './loggable-error.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads what the stack has set, while a function is being loaded: a missing value fails at once and by name.
 *
 * To read a setting that the function is not given is a type error: add the function to the setting's `receivedBy`.
 */
export interface Settings<Function extends FunctionName = FunctionName> {
  /** @throws LoggableError if it is not set */
  text(name: EnvironmentVariable<Function>): string;
  /** A whole number of at least 0. */
  count(name: EnvironmentVariable<Function>): number;
  /** Whole seconds, as milliseconds. */
  ms(name: SecondsVariable<Function>): number;
  /** Whole seconds separated by commas, as milliseconds: `5,300,1800`. */
  msList(name: SecondsVariable<Function>): number[];
  /** Values separated by commas; none if it is not set. */
  list(name: EnvironmentVariable<Function>): string[];
  /** One of the values that there are. */
  choice<const Choice extends string>(
    name: EnvironmentVariable<Function>,
    choices: readonly Choice[],
  ): Choice;
}

type SecondsVariable<Function extends FunctionName> = Extract<
  EnvironmentVariable<Function>,
  `${string}_SECONDS`
>;

/** @param variables those that the function is given; usually `process.env` */
export function settingsFrom<Function extends FunctionName>(variables: Variables): Settings<Function> {
  const text = (name: string): string => {
    const value = variables[name];
    if (value === undefined || value === '')
      throw new LoggableError(`the environment variable ${name} is not set`);
    return value;
  };
  const count = (name: string) => wholeNumber(name, text(name));
  const list = (name: string) => (variables[name] ?? '').split(',').filter((item) => item !== '');
  const choice = <Choice extends string>(name: string, choices: readonly Choice[]): Choice => {
    const value = text(name);
    const chosen = choices.find((known) => known === value);
    if (chosen !== undefined) return chosen;
    throw new LoggableError(
      `the environment variable ${name} is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}`,
    );
  };
  const ms = (name: string) => count(name) * 1000;
  const msList = (name: string) =>
    text(name)
      .split(',')
      .map((seconds) => wholeNumber(name, seconds) * 1000);
  return { text, count, ms, msList, list, choice };
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw new LoggableError(
      `the environment variable ${name} is ${JSON.stringify(value)}; it must be a whole number`,
    );
  }
  return Number(value);
}
