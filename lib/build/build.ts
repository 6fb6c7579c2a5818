/**
 * Program: `node lib/build/build.ts <request>` builds the functions in a process of its own, since the CDK needs the
 * result before a constructor returns, and esbuild's plugins are asynchronous. The request is a `BuildRequest` as
 * JSON; the answer, a `BuildAnswer`, is in `answer.json` in the output folder.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, shownPath } from './build-error.ts';
import { type BuildRequest, buildFunctions } from './build-functions.ts';
import { ANSWER_FILE, type BuildAnswer } from './run-build.ts';

const request: BuildRequest = JSON.parse(process.argv[2] ?? '');
const write = (answer: BuildAnswer) =>
  writeFileSync(join(request.outputFolder, ANSWER_FILE), JSON.stringify(answer));

// A definition is code of the app: it may end the process, or wait for something that never comes. Then this answer
// is the last one.
const onEvaluate = (file: string) =>
  write({
    error: `${shownPath(file)}: its definition ended the process, or never finished, while it was evaluated`,
  });

try {
  const { tasks } = await buildFunctions(request, onEvaluate);
  write({ tasks });
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  write({ error: error.message });
}
process.exit(0);
