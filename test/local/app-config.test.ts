import { describe, expect, it } from 'vitest';
import { readAppConfig } from '../../local/app-config.ts';
import { appFolder } from '../support/app-folder.ts';

const NO_HOME = '/nonexistent';

describe('the configuration of an app', () => {
  it('is that of the CDK command line: cdk.json, then look-ups, then what the user has', () => {
    const folder = appFolder({
      'cdk.json': '{"app":"node bin/app.js","build":"make","context":{"a":"project","flag":true}}',
      'cdk.context.json': '{"a":"look-ups","b":"look-ups"}',
    });
    const home = appFolder({ '.cdk.json': '{"app":"other","context":{"a":"user","b":"user","c":"user"}}' });

    expect(readAppConfig(folder, home)).toEqual({
      app: 'node bin/app.js',
      build: 'make',
      context: { a: 'project', b: 'look-ups', c: 'user', flag: true },
    });
  });

  it('needs a cdk.json', () => {
    const folder = appFolder();

    expect(() => readAppConfig(folder, NO_HOME)).toThrow(
      `There is no cdk.json in ${folder}. Change to the folder of your CDK app and start again.`,
    );
  });

  it('needs a command', () => {
    const folder = appFolder({ 'cdk.json': '{"context":{}}' });

    expect(() => readAppConfig(folder, NO_HOME)).toThrow(
      `${folder}/cdk.json has no "app". Add the command that synthesizes your CDK app, for example "app": "npx tsx bin/app.ts".`,
    );
  });

  it('must be readable', () => {
    const folder = appFolder({ 'cdk.json': '{"app":', 'other/cdk.json': '{"app":7}' });

    expect(() => readAppConfig(folder, NO_HOME)).toThrow(
      /cdk\.json cannot be used: .*JSON.*\. Correct it and start again\.$/,
    );
    expect(() => readAppConfig(`${folder}/other`, NO_HOME)).toThrow(
      /cdk\.json cannot be used: .* → at app\. /,
    );
  });
});
