/**
 * Preloaded into the program of an app that is synthesized: records which files it loads, apart from packages, one path
 * a line. An app is synthesized again if one of them changes.
 */
'use strict';

const { appendFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { fileURLToPath } = require('node:url');

const record = process.env.CALLBACK_COMPLETION_LOADED_FILES;
// Node 20 has no such hooks. Without a record the app is synthesized each time.
if (record !== undefined && registerHooks !== undefined) {
  appendFileSync(record, '');
  registerHooks({
    load(url, context, nextLoad) {
      if (url.startsWith('file:') && !url.includes('/node_modules/')) {
        appendFileSync(record, `${fileURLToPath(url)}\n`);
      }
      return nextLoad(url, context);
    },
  });
}
