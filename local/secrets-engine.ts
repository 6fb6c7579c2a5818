import { randomInt, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { GeneratedSecret, SecretDescription } from './app-description.ts';
import { DamagedStateError } from './damaged-state.ts';
import { readBody } from './http-body.ts';
import { KEEP_ALIVE_MS } from './http-server.ts';

const storedSecretSchema = z.object({
  arn: z.string(),
  name: z.string(),
  versionId: z.string(),
  value: z.string(),
  createdAtSeconds: z.number(),
});

type StoredSecret = z.infer<typeof storedSecretSchema>;

const MAX_REQUEST_BYTES = 1_000_000;
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * As much of Secrets Manager as the functions and the operator's commands call. Secrets are generated once, as the template says, and kept
 * in a file that only its owner can read. A secret whose description has a value is never written there: a new value that
 * a program gives it lasts until the engine stops.
 */
export class SecretsEngine {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #file: string;
  /** Contents of the file, by ARN. */
  readonly #stored: Map<string, StoredSecret>;
  /** All secrets, by ARN. */
  readonly #secrets: Map<string, StoredSecret>;
  /** ARNs of the secrets whose values are never stored. */
  readonly #given = new Set<string>();

  private constructor(server: Server, file: string, stored: Map<string, StoredSecret>) {
    this.#server = server;
    this.#file = file;
    this.#stored = stored;
    this.#secrets = new Map(stored);
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const keep = (secret: StoredSecret) => this.#keep(secret);
      answer(this.#secrets, keep, request, response).catch(() => response.destroy());
    });
  }

  /**
   * @param file JSON file that holds the secrets; made if need be
   * @throws DamagedStateError if the file is not one of this engine
   */
  static async start(file: string, descriptions: readonly SecretDescription[] = []): Promise<SecretsEngine> {
    const stored = readSecrets(file);
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const engine = new SecretsEngine(server, file, stored);
    engine.create(descriptions);
    return engine;
  }

  /** Creates the secrets that do not exist from an earlier run. */
  create(descriptions: readonly SecretDescription[]): void {
    let isChanged = false;
    for (const { arn, name, value, generate } of descriptions) {
      if (value !== undefined) {
        this.#given.add(arn);
        this.#secrets.set(arn, newSecret(arn, name, value));
      } else if (generate !== undefined && !this.#stored.has(arn)) {
        const secret = newSecret(arn, name, generateSecret(generate));
        this.#stored.set(arn, secret);
        this.#secrets.set(arn, secret);
        isChanged = true;
      }
    }
    if (isChanged) writeSecrets(this.#file, this.#stored);
  }

  /** The secret's string now. */
  value(arn: string): string | undefined {
    return this.#secrets.get(arn)?.value;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #keep(secret: StoredSecret): void {
    if (!this.#given.has(secret.arn)) {
      writeSecrets(this.#file, new Map(this.#stored).set(secret.arn, secret));
      this.#stored.set(secret.arn, secret);
    }
    this.#secrets.set(secret.arn, secret);
  }
}

function readSecrets(file: string): Map<string, StoredSecret> {
  if (!existsSync(file)) return new Map();
  try {
    const kept = z.array(storedSecretSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
    return new Map(kept.map((secret) => [secret.arn, secret]));
  } catch {
    throw new DamagedStateError(file, 'Callbacks are signed with a secret in it');
  }
}

function newSecret(arn: string, name: string, value: string): StoredSecret {
  return { arn, name, value, versionId: randomUUID(), createdAtSeconds: Math.floor(Date.now() / 1_000) };
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
function writeSecrets(file: string, secrets: ReadonlyMap<string, StoredSecret>): void {
  // What a crash left there may be readable by others, and would stay so.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify([...secrets.values()], null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** What Secrets Manager's GenerateSecretString makes: a password, or the template's object with the password in it. */
export function generateSecret(generate: GeneratedSecret): string {
  const password = generatePassword(generate);
  const { secretStringTemplate, generateStringKey } = generate;
  if (secretStringTemplate === undefined || generateStringKey === undefined) return password;
  return JSON.stringify({
    ...z.record(z.string(), z.unknown()).parse(JSON.parse(secretStringTemplate)),
    [generateStringKey]: password,
  });
}

function generatePassword(generate: GeneratedSecret): string {
  const { passwordLength, excludeCharacters, requireEachIncludedType = true } = generate;
  const kinds = [
    generate.excludeLowercase ? '' : LOWERCASE,
    generate.excludeUppercase ? '' : LOWERCASE.toUpperCase(),
    generate.excludeNumbers ? '' : '0123456789',
    generate.excludePunctuation ? '' : PUNCTUATION,
    generate.includeSpace ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !excludeCharacters.includes(character)))
    .filter((kind) => kind.length > 0);
  const all = kinds.flat();
  if (all.length === 0) throw new Error('A generated secret needs characters, but all of them are excluded.');
  const required = requireEachIncludedType ? kinds : [];
  if (passwordLength < required.length) {
    throw new Error(
      `A generated secret of ${passwordLength} characters cannot have one of each of ${required.length} kinds.`,
    );
  }
  // One of each required kind, the rest of any kind, each at a random place.
  const characters = Array.from({ length: passwordLength }, (_, index) => one(required[index] ?? all));
  for (let end = characters.length; end > 1; end -= 1) {
    const index = randomInt(end);
    [characters[end - 1], characters[index]] = [characters[index] ?? '', characters[end - 1] ?? ''];
  }
  return characters.join('');
}

function one(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

const secretIdSchema = z.object({ SecretId: z.string() });
const newValueSchema = z.object({ SecretString: z.string().min(1), ClientRequestToken: z.string().min(1) });

async function answer(
  secrets: ReadonlyMap<string, StoredSecret>,
  keep: (secret: StoredSecret) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  };
  const refuse = (type: string, message: string) => reply(400, { __type: type, message });

  const bytes = await readBody(request, MAX_REQUEST_BYTES);
  const action = String(request.headers['x-amz-target'] ?? '').replace('secretsmanager.', '');
  if (!['GetSecretValue', 'PutSecretValue'].includes(action) || bytes === undefined) {
    refuse('UnknownOperationException', `The local stack does not know ${action}`);
    return;
  }
  const body: unknown = JSON.parse(bytes.toString('utf8'));
  const { SecretId } = secretIdSchema.parse(body);
  const secret = secrets.get(SecretId) ?? [...secrets.values()].find(({ name }) => name === SecretId);
  if (secret === undefined) {
    refuse('ResourceNotFoundException', `Secrets Manager can't find the specified secret: ${SecretId}`);
    return;
  }
  if (action === 'GetSecretValue') {
    reply(200, {
      ...versionOf(secret),
      CreatedDate: secret.createdAtSeconds,
      SecretString: secret.value,
    });
    return;
  }

  const given = newValueSchema.safeParse(body);
  if (!given.success) {
    refuse('InvalidParameterException', 'The local stack takes a SecretString with a ClientRequestToken');
    return;
  }
  const { SecretString: value, ClientRequestToken: versionId } = given.data;
  // The SDK repeats a request with its token: the first one may have been heard.
  if (versionId === secret.versionId && value !== secret.value) {
    refuse('ResourceExistsException', `There is another value under the version ${versionId}`);
    return;
  }
  const changed = { ...secret, value, versionId };
  keep(changed);
  reply(200, versionOf(changed));
}

function versionOf({ arn, name, versionId }: StoredSecret) {
  return { ARN: arn, Name: name, VersionId: versionId, VersionStages: ['AWSCURRENT'] };
}
