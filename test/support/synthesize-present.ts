import { synthesize } from '../../local/synthesize.ts';

/** Lets callbacks go to loopback receivers. */
const LOOPBACK = '127.0.0.0/8,::1/128';

/** Waits that suit a test, for callbacks to loopback receivers. */
export const TEST_SETTINGS = {
  allowedCallbackCidrs: LOOPBACK,
  retrySchedule: '1s,1s',
  deliveryDeadline: '4s',
  runTimeout: '2s',
  maxRuns: '3',
} as const;

/**
 * Synthesizes the app as tests run it: with its sample tasks.
 *
 * @param directory where the cloud assembly goes; emptied first
 * @param settings context settings of the app
 */
export async function synthesizePresent(
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await synthesize(directory, { samples: 'true', ...settings });
}
