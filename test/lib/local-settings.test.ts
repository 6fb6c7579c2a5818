import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { withLocalSettings } from '../../lib/local-settings.ts';
import { unbundledApp } from '../support/synthesize.ts';

const KEY = 'callback-completion:local-settings';
const merged = (settings: Record<string, string>) =>
  withLocalSettings(new App({ context: { [KEY]: { settings } } }).node, { maxRuns: 2, rateLimit: 5 });

describe('settings for this machine', () => {
  test('replace props, and leave the others', () => {
    expect(merged({ maxRuns: '7', retrySchedule: '1s,1s' })).toEqual({
      maxRuns: 7,
      rateLimit: 5,
      retrySchedule: [Duration.seconds(1), Duration.seconds(1)],
    });
    expect(withLocalSettings(new App().node, { maxRuns: 2 })).toEqual({ maxRuns: 2 });
  });

  test('replace the props of every pipeline', () => {
    const app = unbundledApp({ [KEY]: { settings: { maxRuns: '7' } } });
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
  });

  test('allow callbacks to this machine in addition to what the props allow', () => {
    const { node } = new App({ context: { [KEY]: { allowsLoopback: true } } });

    expect(withLocalSettings(node, {})).toEqual({ allowedCallbackCidrs: ['127.0.0.0/8', '::1/128'] });
    expect(
      withLocalSettings(node, {
        allowedCallbackCidrs: ['10.0.0.0/8'],
        allowedCallbackHosts: ['*.shop.example'],
      }),
    ).toEqual({
      allowedCallbackCidrs: ['10.0.0.0/8', '127.0.0.0/8', '::1/128'],
      allowedCallbackHosts: ['*.shop.example', '127.0.0.1', '::1', 'localhost'],
    });
  });
});
