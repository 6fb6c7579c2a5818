import { useState } from 'preact/hooks';
import { send } from '../client.ts';
import { RECEIVER_DOWN, RECEIVER_PRESETS, type ReceiverPreset } from '../model/receiver-presets.ts';
import { counted } from '../model/words.ts';
import { Failure } from './notices.tsx';

interface Props {
  /** Of the inbox. */
  readonly path: string;
  /** Scripted answers that are yet to be given. */
  readonly pending: number;
  readonly onChange: () => void;
}

/** Makes the receiver fail, to see what becomes of its callbacks. */
export function ReceiverScript({ path, pending, onChange }: Props) {
  const [told, setTold] = useState('');
  const [error, setError] = useState<Error | undefined>();
  const script = async ({ name, answers }: Pick<ReceiverPreset, 'name' | 'answers'>) => {
    try {
      await send('PUT', `${path}/responses`, answers);
      setError(undefined);
      setTold(answers.length === 0 ? 'Answers 200 again.' : `Next: ${name}.`);
      onChange();
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <section class="panel" aria-labelledby="script">
      <h2 id="script">How it answers</h2>
      <p role="status">
        {pending === 0
          ? 'Answers 200 to every callback.'
          : `${counted(pending, 'scripted answer')} to come, then 200 again.`}
        <span class="unseen"> {told}</span>
      </p>
      <ul class="presets">
        {[...RECEIVER_PRESETS, RECEIVER_DOWN].map((preset) => (
          <li key={preset.name}>
            <button type="button" onClick={() => script(preset)}>
              {preset.name}
            </button>
            <span class="muted">{preset.note}</span>
          </li>
        ))}
      </ul>
      {pending > 0 && (
        <p class="actions">
          <button type="button" class="primary" onClick={() => script({ name: 'well', answers: [] })}>
            Answer 200 again
          </button>
        </p>
      )}
      {error !== undefined && <Failure error={error} />}
    </section>
  );
}
