/**
 * Program: `node lib/build/build.ts <request>` builds the functions in a process of its own, since the CDK needs the
 * result before a constructor returns, and esbuild's plugins are asynchronous. The request is a `BuildRequest` as
 * JSON; the answer, a `BuildAnswer`, is in `answer.json` in the output folder.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, shownPath } from './build-error.ts';
import { type BuildRequest, buildFunctions } from './build-functions.ts';
import { ANSWER_FILE, type BuildAnswer } from './run-build.ts';

const request: BuildRequest = JSON.parse(process.argv[2] ?? '');
const answerFile = join(request.outputFolder, ANSWER_FILE);
const write = (answer: BuildAnswer) => writeFileSync(answerFile, JSON.stringify(answer));

// A definition is code of the app: it may end the process, or wait for something that never comes. Then this answer
// is the last one.
const onEvaluate = (file: string) =>
  write({
    error: `${shownPath(file)}: its definition ended the process, or never finished, while it was evaluated`,
  });
const onEvaluated = () => rmSync(answerFile);

try {
  const { tasks } = await buildFunctions(request, { onEvaluate, onEvaluated });
  write({ tasks });
} catch (error) {
  // An error of our own has a stack, which the reader needs.
  const { message, stack = message } = error as Error;
  write({ error: error instanceof BuildError ? message : stack });
}
process.exit(0);
