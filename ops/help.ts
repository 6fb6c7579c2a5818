import { API_KEY_REMEMBERED_SECONDS } from '../lambda/contract/auth.ts';
import { STATES } from '../lambda/contract/states.ts';
import { DEFAULT_STATE_DIRECTORY } from '../local/options.ts';
import { commandLine } from '../package/command-name.ts';
import { LETTER_REASONS } from './dlq/letter.ts';

const ops = (args: string) => commandLine('ops', args);

export const HELP = `Looks after a stack: the local one, or one on AWS.

Dead letters: what the stages gave up. docs/runbook.md tells what to do when.

  ${ops('dlq list [filters] [--limit 100]')}
      shows letters, with what the ledger knows of them, and leaves them in the queue
  ${ops('dlq show TASK_ID')}
      tells a task's letters and its story: every attempt, and what it came to
  ${ops('dlq redrive [filters] [--limit N] [--rate 100] [--dry-run] [--yes]')}
      sends letters back to the queue that their tasks' state calls for. Without a filter it asks first
  ${ops('dlq purge [filters] [--limit N] [--rate 100] [--dry-run] [--yes]')}
      deletes letters, and asks first. Their tasks stay dead in the ledger

Tasks, as the ledger has them:

  ${ops('tasks list [--status STATE] [filters] [--limit 100]')}
      STATE: ${STATES.join(', ')}
  ${ops('tasks show TASK_ID')}
      tells a task's story
  ${ops('tasks replay TASK_ID… | [filters] [--limit N] [--rate 100] [--dry-run] [--yes]')}
      sends settled callbacks once more: those of the given tasks, or those of the dead. Without either it asks first
  ${ops('tasks requeue [--older-than 15m] [--host] [--task] [--since] [--limit N] [--rate 100] [--dry-run]')}
      sends tasks again that have been due for so long and that nobody drives

  Filters:
        --host HOST         of the callback: receiver.example, receiver.example:8443
        --task NAME         of the task
        --reason REASON     ${LETTER_REASONS.slice(0, 4).join(', ')},
                            ${LETTER_REASONS.slice(4).join(', ')}
        --since 2h          or an ISO 8601 time: died, or came to the queue, then or later
  Bounds:
        --limit N           so many at most; 0: all
        --rate N            so many a second at most, 1 to 1000 (default: 100)
        --dry-run           counts what would be done, by host, task and reason, and does nothing
        --yes               do not ask

The keys of clients, where the stack runs with auth=api-key:

  ${ops('keys create --client NAME [--expires 90d]')}
      makes a key and shows it, this once. A client is its name, 1 to 64 of A-Z a-z 0-9 . _ -, with as many keys
      as it needs: tasks are the client's, not the key's
        --expires 90d       how long the key is valid, at most 3650d (default: until it is revoked)
  ${ops('keys list [--client NAME]')}
      shows the keys there are, never their secrets
  ${ops('keys revoke KEY_ID [--yes]')}
      has a key refused from within ${API_KEY_REMEMBERED_SECONDS} s on, for good, and asks first. Its client's tasks stay

The secret that callbacks are signed with:

  ${ops('secret rotate [--overlap 24h] [--yes]')}
      makes a new master secret. Callbacks are signed with the new and the old one until the overlap ends:
      more than 0 and at most 30d (default: 24h)
        --yes               do not ask, even if the overlap of the last rotation has not ended
  ${ops('secret show [--client NAME]')}
      prints what a client's callbacks are signed with: the secrets that its receivers verify them with
        --client NAME       as the API knows it: an ARN, role/NAME or user/NAME with auth=iam, the name that a
                            key was made for with auth=api-key, jwt:ISSUER#SUBJECT with auth=jwt. Where there is
                            one client only, as on the local stack without keys, it need not be given

For all of them:
        --json              prints JSON, and no progress
        --state DIR         folder with the state of the local stack (default: ${DEFAULT_STATE_DIRECTORY})
        --stack NAME        a stack on AWS instead, in the region and with the credentials of your environment.
                            For a pipeline in a nested stack, the name of the outermost stack
        --outputs FILE      its outputs are in there, as cdk deploy --outputs-file writes them; CloudFormation is
                            not asked. If only one stack in the file has a pipeline, --stack need not be given
        --pipeline NAME     which pipeline of the stack, if there are several: its id (Callbacks) or its whole
                            name (Shop/Callbacks)
  -h, --help                show this

  Ctrl-C ends what is begun, tells how far it came, and lets go of the rest.
  Exit code: 0 done, 1 failed or interrupted, 2 not understood
`;
