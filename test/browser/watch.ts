import type { BrowserContext } from 'playwright-core';

/** What a browser complains of while it shows the console. */
export interface Watch {
  /** Errors on the console, exceptions, requests that failed or were refused. */
  readonly complaints: readonly string[];
  /** Requests that went anywhere but to the stack. */
  readonly strayRequests: readonly string[];
  /** How many requests were seen. */
  readonly requests: () => number;
}

/** Listens to all pages of a context, from now on. */
export function watch(context: BrowserContext, origin: string): Watch {
  const complaints: string[] = [];
  const strayRequests: string[] = [];
  let requests = 0;
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  context.on('weberror', (error) => complaints.push(`exception: ${error.error().message}`));
  context.on('request', (request) => {
    requests += 1;
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) strayRequests.push(url);
  });
  context.on('requestfailed', (request) => {
    // A view that is left takes its questions back.
    const { errorText = '' } = request.failure() ?? {};
    if (errorText !== 'net::ERR_ABORTED') complaints.push(`${request.url()} failed: ${errorText}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
  });
  return { complaints, strayRequests, requests: () => requests };
}
