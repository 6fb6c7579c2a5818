import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { withLocalSettings } from '../../lib/local-settings.ts';
import { unbundledApp } from '../support/synthesize.ts';

const KEY = 'callback-completion:local-settings';
const merged = (settings: unknown) =>
  withLocalSettings(new App({ context: { [KEY]: settings } }).node, { maxRuns: 2, rateLimit: 5 });

describe('settings for this machine', () => {
  test('replace props, and leave the others', () => {
    expect(merged({ maxRuns: '7', retrySchedule: '1s,1s' })).toEqual({
      maxRuns: 7,
      rateLimit: 5,
      retrySchedule: [Duration.seconds(1), Duration.seconds(1)],
    });
    expect(merged(undefined)).toEqual({ maxRuns: 2, rateLimit: 5 });
  });

  test('replace the props of every pipeline', () => {
    const app = unbundledApp({ [KEY]: { maxRuns: '7' } });
    const stack = new Stack(app, 'Shop');
    new CallbackCompletion(stack, 'Callbacks', { maxRuns: 2 });

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ MAX_RUNS: '7' }) },
    });
  });

  test('are checked as props are', () => {
    expect(() => merged({ maxRuns: 'many' })).toThrow(
      'maxRuns: got "many"; allowed is a whole number, for example maxRuns=3',
    );
    expect(() => merged({ maxRun: '7' })).toThrow(
      /^maxRun: there is no such setting; the settings are tasks, /,
    );
    // An object cannot be given as text.
    expect(() => merged({ vpc: 'x' })).toThrow(/^vpc: there is no such setting/);
    expect(() => merged('maxRuns=7')).toThrow(
      'callback-completion:local-settings: got "maxRuns=7"; allowed is an object of settings',
    );
  });
});
