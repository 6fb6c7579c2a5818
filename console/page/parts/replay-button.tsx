import { useState } from 'preact/hooks';
import type { Replayed } from '../../api-types.ts';
import { send } from '../client.ts';
import { Confirm } from './confirm.tsx';
import { Failure } from './notices.tsx';

interface Props {
  readonly taskId: string;
  /** Who gets it. */
  readonly receiver: string;
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly onDone: () => void;
}

/** Sends one callback once more, after asking. */
export function ReplayButton({ taskId, receiver, disabled = false, small = false, onDone }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [told, setTold] = useState<string | Error | undefined>();
  const replay = async () => {
    try {
      const { generation } = await send<Replayed>('POST', `/console/api/tasks/${taskId}/replay`, {});
      setTold(`On its way again (generation ${generation}).`);
      onDone();
    } catch (error) {
      setTold(error as Error);
    }
  };
  return (
    <>
      <button type="button" class={small ? 'small' : ''} disabled={disabled} onClick={() => setAsking(true)}>
        Replay callback
      </button>
      <span role="status" class="good">
        {typeof told === 'string' && ` ${told}`}
      </span>
      {told instanceof Error && <Failure error={told} />}
      {isAsking && (
        <Confirm
          title="Send this callback once more?"
          action="Replay"
          onYes={replay}
          onClose={() => setAsking(false)}
        >
          {receiver} gets the same body under the same webhook-id; a receiver that drops what it has seen
          drops it.
        </Confirm>
      )}
    </>
  );
}
