/** `npm start`: checks that this Node can run the rest, and only then loads it. */
const OLDEST_NODE = 24;

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE) {
  console.error(
    `This needs Node ${OLDEST_NODE} or later, but is run by ${process.version} (${process.execPath}).\n` +
      `Start it with npm start, which uses the Node that npm ci brought along on Linux and Windows;\n` +
      `on macOS install Node ${OLDEST_NODE}.`,
  );
  process.exit(1);
}

const { runLocally } = await import('./run-locally.ts');
// Whatever a task left open must not keep the process alive.
process.exit(await runLocally(process.argv.slice(2), process.env));
