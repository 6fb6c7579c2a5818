/** `npm run openapi`: writes the document that `GET /api/openapi.json` serves. */
import { writeFileSync } from 'node:fs';
import { openApiDocument } from './document.ts';

const FILE = new URL('../lambda/task-status/openapi.json', import.meta.url);

writeFileSync(FILE, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
console.log(`written: ${FILE.pathname}`);
