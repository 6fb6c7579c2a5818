import { randomBytes } from 'node:crypto';
import { apiKeyText, newApiKey, secretHash } from '../../lambda/authorize/api-key.ts';
import { API_KEY_REMEMBERED_SECONDS } from '../../lambda/contract/auth.ts';
import { UsageError } from '../../local/user-error.ts';
import { commandLine } from '../../package/command-name.ts';
import type { Command, Invocation } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { parseLifetime } from '../duration.ts';
import { Fault } from '../fault.ts';
import { table } from '../table.ts';
import type { Target } from '../target.ts';
import { counted } from '../terminal.ts';
import { clientName, keyId } from './names.ts';
import { keyStoreOf, type ListedKey } from './store.ts';

export const create: Command = { takes: ['client', 'expires', 'json'], run: createKey };
export const list: Command = { takes: ['client', 'json'], run: listKeys };
export const revoke: Command = { takes: ['yes', 'json'], ids: 'one', run: revokeKey };

const STILL_WORKS_FOR = `${API_KEY_REMEMBERED_SECONDS} s`;

/** Makes a key and shows it, this once: what is stored of it cannot be turned back. */
async function createKey({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  if (values.client === undefined) {
    throw new UsageError('Whose key? Give --client with a name. Example: --client billing');
  }
  const client = clientName(values.client);
  const lifetimeMs = values.expires === undefined ? undefined : parseLifetime(values.expires);
  const target = await findTarget();
  const nowMs = Date.now();
  const key = newApiKey(randomBytes);
  const record = {
    key_id: key.id,
    client,
    created_at_ms: nowMs,
    ...(lifetimeMs !== undefined && { expires_at_ms: nowMs + lifetimeMs }),
  };
  await keyStoreOf(target).create({ ...record, secret_sha256: secretHash(key.secret) });

  const text = apiKeyText(key);
  if (values.json === true) {
    terminal.out(JSON.stringify({ key: text, ...keyJson(record) }));
  } else {
    terminal.out(
      [
        `key      ${text}`,
        `client   ${client}`,
        `expires  ${time(record.expires_at_ms) ?? 'never'}`,
        '',
        `Keep it now: it is not stored and cannot be shown again. Requests carry it as Authorization: Bearer KEY`,
      ].join('\n'),
    );
  }
  warnWhereKeysOpenNothing(target, terminal.err);
}

async function listKeys({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const client = values.client === undefined ? undefined : clientName(values.client);
  const target = await findTarget();
  const all = await keyStoreOf(target).list();
  const keys = all.filter((key) => client === undefined || key.client === client);
  if (values.json === true) {
    terminal.out(JSON.stringify({ keys: keys.map(keyJson) }));
    return;
  }
  if (keys.length > 0) terminal.out(`${keyTable(keys)}\n`);
  const whose = client === undefined ? '' : ` of ${client}`;
  terminal.out(`${counted(keys.length, 'key')}${whose} in ${target.name}.`);
}

async function revokeKey({ values, ids: [given], terminal, target: findTarget }: Invocation): Promise<void> {
  if (given === undefined) throw new UsageError('Which key? Give its id, as keys list shows it.');
  const id = keyId(given);
  const target = await findTarget();
  const store = keyStoreOf(target);
  const key = (await store.list()).find(({ key_id }) => key_id === id);
  if (key === undefined) throw noSuchKey(id, target);
  if (key.revoked_at_ms === undefined) {
    const consequence = `The key ${id} of the client ${key.client} is refused from then on, within ${STILL_WORKS_FOR}, and cannot be made valid again.`;
    await confirmed(consequence, 'Revoke?', values, terminal, revoke);
  }
  const revoked = await store.revoke(id, Date.now());
  if (revoked === undefined) throw noSuchKey(id, target);
  if (values.json === true) {
    terminal.out(JSON.stringify(keyJson(revoked)));
  } else if (key.revoked_at_ms !== undefined) {
    terminal.out(`The key ${id} of the client ${key.client} was revoked at ${time(key.revoked_at_ms)}.`);
  } else {
    terminal.out(
      `Revoked the key ${id} of the client ${key.client}. What API Gateway remembers of it ends within ${STILL_WORKS_FOR}.`,
    );
  }
}

/** Making them first, and changing over then, is the way without an interruption. */
function warnWhereKeysOpenNothing(target: Target, tell: (text: string) => void): void {
  const auth = target.output('auth');
  if (auth !== 'api-key') {
    tell(
      `Note: ${target.name} runs with auth=${auth}; the key opens nothing until it runs with auth=api-key.`,
    );
  }
}

function noSuchKey(id: string, target: Target): Fault {
  return new Fault(
    `There is no key ${id} in ${target.name}. ${commandLine('ops', 'keys list')} shows those that there are.`,
  );
}

function keyTable(keys: readonly ListedKey[]): string {
  return table(
    [
      { heading: 'KEY ID' },
      { heading: 'CLIENT', shrinks: true },
      { heading: 'CREATED' },
      { heading: 'EXPIRES' },
      { heading: 'REVOKED' },
    ],
    keys.map(({ key_id, client, created_at_ms, expires_at_ms, revoked_at_ms }) => [
      key_id,
      client,
      minute(created_at_ms) ?? '-',
      minute(expires_at_ms) ?? 'never',
      minute(revoked_at_ms) ?? '-',
    ]),
  );
}

function keyJson({ key_id, client, created_at_ms, expires_at_ms, revoked_at_ms }: ListedKey): object {
  return {
    key_id,
    client,
    created_at: time(created_at_ms),
    expires_at: time(expires_at_ms),
    revoked_at: time(revoked_at_ms),
  };
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** `2026-11-21 07:00`, in UTC. */
function minute(ms: number | undefined): string | undefined {
  return time(ms)?.slice(0, 16).replace('T', ' ');
}
