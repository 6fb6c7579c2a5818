/** `npm start` and `npm run dev`. */
import { runLocally } from './run-locally.ts';

// Whatever a task left open must not keep the process alive.
process.exit(await runLocally(process.argv.slice(2), process.env));
