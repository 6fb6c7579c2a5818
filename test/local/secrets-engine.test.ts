import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { SecretDescription } from '../../local/app-description.ts';
import { generateSecret, SecretsEngine } from '../../local/secrets-engine.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const MASTER = {
  name: 'Test-Master',
  arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Test-Master',
  generate: {
    secretStringTemplate: '{"by":"test"}',
    generateStringKey: 'current',
    passwordLength: 64,
    excludePunctuation: true,
    excludeCharacters: '',
  },
};

const engines: SecretsEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});

async function open(file: string, descriptions: readonly SecretDescription[] = [MASTER]) {
  const engine = await SecretsEngine.start(file, descriptions);
  engines.push(engine);
  const client = new SecretsManagerClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    engine,
    get: (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId })),
    put: (input: Omit<PutSecretValueCommandInput, 'SecretId'>) =>
      client.send(new PutSecretValueCommand({ SecretId: 'Test-Master', ...input })),
  };
}

describe('secrets', () => {
  it('are generated once, and answered to the SDK by ARN and by name', async () => {
    const file = join(temporaryDirectory(), 'secrets.json');
    const { engine, get } = await open(file);

    const { SecretString = '', ARN, CreatedDate } = await get(MASTER.arn);

    expect(JSON.parse(SecretString)).toEqual({
      by: 'test',
      current: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
    });
    expect(ARN).toBe(MASTER.arn);
    expect(CreatedDate).toBeInstanceOf(Date);
    expect((await get('Test-Master')).SecretString).toBe(SecretString);
    expect(engine.value(MASTER.arn)).toBe(SecretString);
    expect((await open(file)).engine.value(MASTER.arn)).toBe(SecretString);
  });

  it('are for their owner’s eyes only', async () => {
    const file = join(temporaryDirectory(), 'secrets.json');
    await open(file);

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('take a new value from the SDK, and keep it', async () => {
    const file = join(temporaryDirectory(), 'secrets.json');
    // As a crash in the midst of an earlier change may have left it.
    writeFileSync(`${file}.new`, '[', { mode: 0o644 });
    const { engine, get, put } = await open(file);
    const before = await get(MASTER.arn);

    const { ARN, VersionId } = await put({ SecretString: '{"current":"new"}' });

    expect(ARN).toBe(MASTER.arn);
    expect(VersionId).not.toBe(before.VersionId);
    expect(await get(MASTER.arn)).toMatchObject({ SecretString: '{"current":"new"}', VersionId });
    expect(engine.value(MASTER.arn)).toBe('{"current":"new"}');
    expect((await open(file)).engine.value(MASTER.arn)).toBe('{"current":"new"}');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('take a repeated change once, and no other value under its version', async () => {
    const { get, put } = await open(join(temporaryDirectory(), 'secrets.json'));
    const ClientRequestToken = 'b1a4b3a4-4f0e-4f6e-9d0a-0d5e0f6a7b8c';

    await put({ SecretString: 'first', ClientRequestToken });
    await put({ SecretString: 'first', ClientRequestToken });
    await expect(put({ SecretString: 'second', ClientRequestToken })).rejects.toThrow(
      ResourceExistsException,
    );

    expect((await get(MASTER.arn)).SecretString).toBe('first');
  });

  it('that do not exist are not found', async () => {
    const { get } = await open(join(temporaryDirectory(), 'secrets.json'));

    await expect(get('nonsense')).rejects.toThrow(ResourceNotFoundException);
  });

  it('keep to the characters that the template allows', () => {
    const generate = {
      ...MASTER.generate,
      excludePunctuation: false,
      excludeCharacters: 'abc"\\',
      passwordLength: 2_000,
    };

    const { current } = JSON.parse(generateSecret(generate));

    expect(current).toHaveLength(2_000);
    expect(current).not.toMatch(/[abc"\\ ]/);
    expect(current).toMatch(/[!-/]/);
  });

  it('have the value that is given, and the generated one again when it is not', async () => {
    const file = join(temporaryDirectory(), 'secrets.json');
    const generated = (await open(file)).engine.value(MASTER.arn);

    const { engine, get, put } = await open(file, [{ ...MASTER, value: 'of .env' }]);

    expect((await get(MASTER.arn)).SecretString).toBe('of .env');
    await put({ SecretString: 'changed' });
    expect(engine.value(MASTER.arn)).toBe('changed');
    expect(readFileSync(file, 'utf8')).not.toMatch(/of \.env|changed/);
    expect((await open(file)).engine.value(MASTER.arn)).toBe(generated);
  });

  it('that are given leave no file behind, those without any value are not there', async () => {
    const file = join(temporaryDirectory(), 'secrets.json');
    const vendor = { name: 'vendor', arn: 'arn:aws:secretsmanager:us-east-1:1:secret:vendor' };
    const { get } = await open(file, [
      { ...vendor, value: 'given' },
      { name: 'none', arn: 'none' },
    ]);

    expect((await get(vendor.arn)).SecretString).toBe('given');
    expect((await get('vendor')).SecretString).toBe('given');
    await expect(get('none')).rejects.toThrow(ResourceNotFoundException);
    expect(existsSync(file)).toBe(false);
  });

  it('are a password alone without a template, with a character of each kind', () => {
    const short = { passwordLength: 4, excludePunctuation: false, excludeCharacters: '' };
    for (let round = 0; round < 100; round += 1) {
      const password = generateSecret(short);
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!-/:-@[-`{-~]/]) expect(password).toMatch(kind);
    }
    const digits = { ...short, passwordLength: 50, excludeLowercase: true, excludeUppercase: true };
    expect(generateSecret({ ...digits, excludePunctuation: true })).toMatch(/^[0-9]{50}$/);
    expect(() => generateSecret({ ...short, passwordLength: 3 })).toThrow(
      'A generated secret of 3 characters cannot have one of each of 4 kinds.',
    );
    expect(() => generateSecret({ ...digits, excludePunctuation: true, excludeNumbers: true })).toThrow(
      'A generated secret needs characters, but all of them are excluded.',
    );
  });
});
