/** Program: `node bin/check-lock.ts [package-lock.json]` fails where the lock file leaves open what is installed. */
import { join } from 'node:path';
import { lockedPackages, lockProblems, readLockFile } from './supply-chain/lock-file.ts';

const [path = join(import.meta.dirname, '..', 'package-lock.json')] = process.argv.slice(2);
const lock = readLockFile(path);
const problems = lockProblems(lock);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${lockedPackages(lock).length} packages, each held by its SHA-512`);
