/** Program: `engines.ts` runs it, once for each engine. Prints the result of the trial as JSON. */
import { ASSEMBLY_DIRECTORY } from '../variables.ts';
import { runTrial } from './trial.ts';

const [, , redrive] = process.argv;
const result = await runTrial(process.env[ASSEMBLY_DIRECTORY] ?? '', redrive === 'native' ? 'native' : 'ops');
console.log(JSON.stringify(result));
process.exit(0);
