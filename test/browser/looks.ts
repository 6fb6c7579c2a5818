/** The looks in which the console must be fit to be used, and its views. */
import type { BrowserContextOptions } from 'playwright-core';
import type { Memory } from './story.ts';

export const LOOKS = {
  light: { viewport: { width: 1_240, height: 860 }, colorScheme: 'light' },
  dark: { viewport: { width: 1_240, height: 860 }, colorScheme: 'dark' },
  phone: {
    viewport: { width: 360, height: 740 },
    colorScheme: 'light',
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  },
  'phone, dark': {
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
    isMobile: true,
    hasTouch: true,
  },
} as const satisfies Record<string, BrowserContextOptions>;

export function viewAddresses({ url, taskId, awaitedId }: Memory): Record<string, string> {
  return {
    pipeline: `${url}/#/`,
    tasks: `${url}/#/tasks`,
    'needs attention': `${url}/#/tasks/attention`,
    task: `${url}/#/tasks/${taskId}`,
    'awaited task': `${url}/#/tasks/${awaitedId}`,
    'unknown view': `${url}/#/nowhere`,
    'dead letters': `${url}/#/dead-letters`,
    inboxes: `${url}/#/inbox`,
    inbox: `${url}/#/inbox/demo`,
    submit: `${url}/#/submit`,
  };
}
