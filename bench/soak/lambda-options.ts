/**
 * What Lambda's bootstrap of its Node runtimes gives to Node besides: a tenth of the function's memory to the young
 * generation, two halves of it, and the rest to the old one. With Node's own limits, which go by the machine's memory,
 * V8 has no reason to collect anything here, and what is resident says more of the machine than of the function.
 */
export function lambdaNodeOptions(memoryMegabytes: number): string[] {
  const young = Math.floor(memoryMegabytes / 10);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(young / 2)}`,
    `--max-old-space-size=${memoryMegabytes - young}`,
  ];
}
