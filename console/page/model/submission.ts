/** The form in which a task is submitted, and what is sent of it. Pure. */
import type { SubmitRequest, TaskSample } from '../../api-types.ts';

export interface SubmitForm {
  readonly taskName: string;
  /** JSON; empty: without input. */
  readonly inputText: string;
  readonly callbackTo: 'inbox' | 'url' | 'none';
  readonly inboxName: string;
  readonly callbackUrl: string;
  /** Empty: the deployment's own. */
  readonly format: string;
  /** Whole seconds; empty: at once. */
  readonly delayText: string;
  /** Empty: without. */
  readonly idempotencyKey: string;
}

export type FormIssues = Partial<Record<keyof SubmitForm, string>>;

const MAX_DELAY_SECONDS = 2_592_000;

export function formOf(sample: TaskSample | undefined, hasInbox: boolean): SubmitForm {
  return {
    taskName: sample?.task_name ?? '',
    inputText: sample === undefined ? '' : inputTextOf(sample),
    callbackTo: hasInbox ? 'inbox' : 'none',
    inboxName: 'demo',
    callbackUrl: '',
    format: '',
    delayText: '',
    idempotencyKey: '',
  };
}

export function inputTextOf({ input }: TaskSample): string {
  return JSON.stringify(input, null, 2);
}

/**
 * What is sent, or what stands in the way. Whatever the API itself checks is left to it: its own words are shown.
 *
 * @param apiUrl where the inbox is as well
 */
export function requestOf(
  form: SubmitForm,
  apiUrl: string,
): { readonly request: SubmitRequest } | { readonly issues: FormIssues } {
  const input = inputOf(form.inputText);
  const delaySeconds = form.delayText.trim() === '' ? undefined : Number(form.delayText);
  const issues: FormIssues = {
    ...(form.taskName.trim() === '' && { taskName: 'Which task? Give the name of one that is registered.' }),
    ...('problem' in input && { inputText: input.problem }),
    ...(form.callbackTo === 'inbox' &&
      !/^[A-Za-z0-9._~-]{1,64}$/.test(form.inboxName) && {
        inboxName: 'An inbox’s name is 1 to 64 letters, digits or any of . _ ~ -',
      }),
    ...(form.callbackTo === 'url' &&
      !/^https?:\/\/./.test(form.callbackUrl) && {
        callbackUrl: 'Give the whole URL, as https://receiver.example/callbacks',
      }),
    ...(delaySeconds !== undefined &&
      !(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= MAX_DELAY_SECONDS) && {
        delayText: 'A delay is whole seconds from 0 to 2,592,000 (30 days).',
      }),
  };
  if (Object.keys(issues).length > 0) return { issues };

  const callbackUrl = callbackUrlOf(form, apiUrl);
  const body = {
    task_name: form.taskName.trim(),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    ...(form.format !== '' && { callback_format: form.format }),
    ...('value' in input && { input: input.value }),
    ...(delaySeconds !== undefined && { delay_seconds: delaySeconds }),
  };
  return {
    request: { body, ...(form.idempotencyKey !== '' && { idempotency_key: form.idempotencyKey }) },
  };
}

function callbackUrlOf(form: SubmitForm, apiUrl: string): string | undefined {
  switch (form.callbackTo) {
    case 'inbox':
      return `${apiUrl}/inbox/${form.inboxName}`;
    case 'url':
      return form.callbackUrl;
    case 'none':
      return undefined;
  }
}

function inputOf(text: string): { readonly value: unknown } | { readonly problem: string } | object {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `Not JSON: ${(error as Error).message}. Leave it empty for no input.` };
  }
}
