import type { ENVIRONMENT, EnvironmentVariable } from './environment.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads what the stack has set, while a function is being loaded: a missing value fails at once and by name. */
export interface Settings {
  /** @throws Error where it is not set */
  text(name: EnvironmentVariable): string;
  /** A whole number of at least 0. */
  count(name: EnvironmentVariable): number;
  /** Whole seconds, as milliseconds. */
  ms(name: EnvironmentVariable): number;
  /** Values separated by commas; none where it is not set. */
  list(name: EnvironmentVariable): string[];
}

/** @param variables those of `ENVIRONMENT` that the function is given; usually `process.env` */
export function settingsFrom(variables: Variables): Settings {
  const text = (name: EnvironmentVariable): string => {
    const value = variables[name];
    if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
    return value;
  };
  const count = (name: EnvironmentVariable) => wholeNumber(name, text(name));
  const list = (name: EnvironmentVariable) =>
    (variables[name] ?? '').split(',').filter((item) => item !== '');
  return { text, count, ms: (name) => count(name) * 1000, list };
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
    throw new Error(
      `the environment variable ${name} is ${JSON.stringify(value)}; it must be a whole number`,
    );
  }
  return Number(value);
}
