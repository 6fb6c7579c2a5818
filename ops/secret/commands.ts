import { UsageError } from '../../local/user-error.ts';
import { commandLine } from '../../package/command-name.ts';
import type { Command, Invocation } from '../command-line.ts';
import { parseOverlap } from '../duration.ts';
import { Fault } from '../fault.ts';
import type { Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import { CLIENT_FORMS, namedClient, noteOnKind } from './client-identity.ts';
import { overlapEnd, readMaster, rotateMaster, signingSecrets } from './master.ts';

export const rotate: Command = { takes: ['overlap', 'yes', 'json'], run: rotateSecret };

export const show: Command = { takes: ['client', 'json'], run: showSecret };

async function rotateSecret({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const overlapSeconds = parseOverlap(values.overlap ?? '24h');
  const target = await findTarget();
  const before = await readMaster(target);
  const runsUntil = overlapEnd(before, Date.now());
  if (runsUntil !== undefined && values.yes !== true) await confirmCut(target, runsUntil, terminal);

  const { previousUntil } = await rotateMaster(target, before, overlapSeconds, Date.now());
  if (values.json === true) {
    terminal.out(JSON.stringify({ previous_until: previousUntil }));
    return;
  }
  terminal.out(
    [
      `Rotated the master secret of ${target.name}.`,
      `Callbacks are signed with the new and the old one until ${previousUntil}, from within 5 minutes on.`,
      `Give each client its new secret before that, and let it accept both meanwhile: ${commandLine('ops', 'secret show')}`,
    ].join('\n'),
  );
}

/** Only two secrets sign: the older one of an overlap that still runs would stop without notice. */
async function confirmCut(target: Target, runsUntil: string, { confirm }: Terminal): Promise<void> {
  const cut = `The overlap of the last rotation of ${target.name} runs until ${runsUntil}. Rotated now, the oldest secret stops at once, and receivers that have no newer one refuse callbacks.`;
  if (confirm === undefined)
    throw new Fault(`${cut} Nothing was changed. Give --yes to rotate all the same.`);
  if (!(await confirm(`${cut} Rotate?`))) throw new Fault('Nothing was changed.');
}

async function showSecret({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const target = await findTarget();
  const masterSecretArn = target.output('master_secret_arn');
  const given = values.client ?? target.onlyClient;
  if (given === undefined || given === '') {
    throw new UsageError(
      `Whose secret? Give --client with ${CLIENT_FORMS.iam}, ${CLIENT_FORMS['api-key']}, or ${CLIENT_FORMS.jwt}.`,
    );
  }
  const named = namedClient(given, masterSecretArn);
  const { identity: client } = named;
  const note =
    values.client === undefined ? undefined : noteOnKind(named, target.output('auth'), target.name);
  const [current, previous] = signingSecrets(await readMaster(target), client, Date.now());
  if (note !== undefined) terminal.err(note);
  if (values.json === true) {
    terminal.out(
      JSON.stringify({
        client,
        current: current?.secret,
        ...(previous && { previous: previous.secret, previous_until: previous.until }),
      }),
    );
    return;
  }
  terminal.out(`client    ${client}\ncurrent   ${current?.secret}`);
  if (previous !== undefined) terminal.out(`previous  ${previous.secret}  until ${previous.until}`);
}
