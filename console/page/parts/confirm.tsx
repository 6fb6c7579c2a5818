import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  /** What the button does, in a word or two. */
  readonly action: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
  /** What will come of it. */
  readonly children: ComponentChildren;
}

/** Asks before something is sent. Escape and the button say no. */
export function Confirm({ title, action, onYes, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it is painted: a key pressed at once is meant for it.
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <p>{children}</p>
      <form method="dialog" class="actions">
        <button type="submit">Cancel</button>
        <button type="submit" class="primary" onClick={onYes}>
          {action}
        </button>
      </form>
    </dialog>
  );
}
