/** Round figures from nothing to an end, four to eight of them, for an axis. */
export function ticks(end: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end));
  const step = [0.1, 0.2, 0.5, 1, 2].map((share) => share * power).find((size) => end / size <= 8) ?? power;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}
