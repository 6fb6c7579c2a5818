/**
 * Loaded ahead of the programs (`node -r ./bin/needs-node.cjs cli/main.ts start`): reports that this Node is too old for
 * them before it trips over the first type annotation. Any Node can read it, hence its old style.
 */
var OLDEST = 24;
var major = Number(process.versions.node.split('.')[0]);

if (!(major >= OLDEST)) {
  console.error(
    'This needs Node ' +
      OLDEST +
      ' or later, but is run by ' +
      process.version +
      ' (' +
      process.execPath +
      ').\n' +
      'On Linux and Windows npm ci brings it along: run npm ci, without --omit=optional, and start with npm run.\n' +
      'On macOS, or elsewhere, install Node ' +
      OLDEST +
      ': https://nodejs.org/en/download, brew install node@' +
      OLDEST +
      ',\n' +
      'or nvm install ' +
      OLDEST +
      '.',
  );
  process.exit(1);
}
