import type { ENVIRONMENT, EnvironmentVariable } from './environment.ts';
import { LoggableError } from './loggable-error.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads what the stack has set, while a function is being loaded: a missing value fails at once and by name. */
export interface Settings {
  /** @throws LoggableError where it is not set */
  text(name: EnvironmentVariable): string;
  /** A whole number of at least 0. */
  count(name: EnvironmentVariable): number;
  /** Whole seconds, as milliseconds. */
  ms(name: EnvironmentVariable): number;
  /** Values separated by commas; none where it is not set. */
  list(name: EnvironmentVariable): string[];
  /** One of the values that there are. */
  choice<const Choice extends string>(name: EnvironmentVariable, choices: readonly Choice[]): Choice;
}

/** @param variables those of `ENVIRONMENT` that the function is given; usually `process.env` */
export function settingsFrom(variables: Variables): Settings {
  const text = (name: EnvironmentVariable): string => {
    const value = variables[name];
    if (value === undefined || value === '')
      throw new LoggableError(`the environment variable ${name} is not set`);
    return value;
  };
  const count = (name: EnvironmentVariable) => wholeNumber(name, text(name));
  const list = (name: EnvironmentVariable) =>
    (variables[name] ?? '').split(',').filter((item) => item !== '');
  const choice = <Choice extends string>(name: EnvironmentVariable, choices: readonly Choice[]): Choice => {
    const value = text(name);
    const chosen = choices.find((known) => known === value);
    if (chosen !== undefined) return chosen;
    throw new LoggableError(
      `the environment variable ${name} is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}`,
    );
  };
  return { text, count, ms: (name) => count(name) * 1000, list, choice };
}

/** The waits of a retry schedule, in milliseconds, from `5,300,1800` in seconds. */
export function retryWaitsMs(
  settings: Settings,
  name: (typeof ENVIRONMENT)['retryScheduleSeconds'],
): number[] {
  return settings
    .text(name)
    .split(',')
    .map((seconds) => wholeNumber(name, seconds) * 1000);
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw new LoggableError(
      `the environment variable ${name} is ${JSON.stringify(value)}; it must be a whole number`,
    );
  }
  return Number(value);
}
