import type { Place } from './source-places.ts';

/** An error as a log line has it. */
export interface ToldError {
  readonly name?: unknown;
  readonly message?: unknown;
  /** Frames. */
  readonly at?: unknown;
  /** The same, where a whole stack was told. */
  readonly trace?: unknown;
}

/** Where the frames of a stack are in the sources, our own first. */
export type PlacesOf = (frames: readonly string[]) => readonly Place[];

/** Code that is not ours is of use only where there is none of ours. */
const MOST_FOREIGN_PLACES = 3;

/** Of some errors the name is all there is. */
export function nameAndMessage({ name = 'Error', message }: ToldError): string {
  return message === undefined ? String(name) : `${String(name)}: ${String(message)}`;
}

/**
 * Where the error of a log line was thrown, and then what caused it.
 *
 * @param dimmed shows what is beside the point
 */
export function errorLines(
  line: { readonly error?: unknown; readonly trace?: unknown; readonly causes?: unknown },
  placesOf: PlacesOf,
  dimmed: (words: string) => string,
): string[] {
  const { at } = (line.error ?? {}) as ToldError;
  const causes = (Array.isArray(line.causes) ? line.causes : []) as readonly ToldError[];
  const where = (error: ToldError) => placeLines(placesOf(textsIn(error.trace ?? error.at)), dimmed);
  return [
    ...where({ at, trace: line.trace }),
    ...causes.flatMap((cause) => [`caused by ${nameAndMessage(cause)}`, ...where(cause)]),
  ];
}

function placeLines(places: readonly Place[], dimmed: (words: string) => string): string[] {
  const own = places.filter((place) => place.own);
  const shown = own.length > 0 ? own : places.slice(0, MOST_FOREIGN_PLACES);
  const more = places.length - shown.length;
  return [
    ...shown.map(({ where, text }) => (text ? `${where}  ${dimmed(text)}` : where)),
    ...(more > 0 ? [dimmed(`and ${more} more in packages and Node`)] : []),
  ];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
