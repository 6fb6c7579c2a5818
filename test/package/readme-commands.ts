/**
 * Returns the curl commands in the shell blocks of a README, for a pipeline at another address.
 *
 * @param url `http://localhost:43210`, in place of the port that the README names
 */
export function curlCommands(readme: string, url: string): string[] {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const { port } = new URL(url);
  return blocks
    .flatMap((block) => block.split('\n'))
    .filter((line) => /^curl .*(localhost|127\.0\.0\.1):7071/.test(line))
    .map((line) => line.replaceAll(/(localhost|127\.0\.0\.1):7071/g, `$1:${port}`));
}
