#!/usr/bin/env node
/**
 * The package's command. It is CommonJS in an old style, so that a Node that is too old can read it and report so. The
 * compiled program is checked for Node 20: it decides which of its commands need a later one.
 */
'use strict';

var OLDEST = 20;
var major = Number(process.versions.node.split('.')[0]);

if (!(major >= OLDEST)) {
  console.error(
    'callback-completion needs Node 24 or later, but is run by ' +
      process.version +
      ' (' +
      process.execPath +
      '): install Node 24 from https://nodejs.org/en/download.',
  );
  process.exit(1);
}

import('../dist/main.mjs').catch((error) => {
  console.error(error);
  process.exit(1);
});
