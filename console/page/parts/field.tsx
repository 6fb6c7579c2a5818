import { cloneElement, type VNode } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  /** What may be given. */
  readonly hint?: string | undefined;
  /** What is wrong with what was given. */
  readonly issue?: string | undefined;
  /** The one control. */
  readonly children: VNode<Record<string, unknown>>;
}

/** A control with its label, hint and issue, tied together for those who do not see them. */
export function Field({ label, hint, issue, children }: Props) {
  const id = useId();
  const told = [hint !== undefined && `${id}-hint`, issue !== undefined && `${id}-issue`].filter(Boolean);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {cloneElement(children, {
        id,
        ...(told.length > 0 && { 'aria-describedby': told.join(' ') }),
        ...(issue !== undefined && { 'aria-invalid': 'true' }),
      })}
      {hint !== undefined && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
      {issue !== undefined && (
        <small id={`${id}-issue`} class="issue" role="alert">
          {issue}
        </small>
      )}
    </div>
  );
}
