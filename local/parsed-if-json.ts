import { jsonDepth } from '../lambda/json-depth.ts';

/** Far more than any payload here may nest, and far less than JSON is written without running out of stack. */
const MAX_DEPTH = 1_000;

/** What a text says as JSON; the text itself where it is none, or nests too deep to be written again. */
export function parsedIfJson(text: string): unknown {
  if (jsonDepth(text) > MAX_DEPTH) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
