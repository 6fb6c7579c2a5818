/** Two ways to send again, told apart where their buttons are. */
export function SendAgainWords() {
  return (
    <p class="muted">
      <b>Redrive</b>: dead letters go from the dead-letter queue back to their queue, many at once.{' '}
      <b>Replay</b>: one settled callback is sent again, be it delivered or dead. Both send the same id and
      body.
    </p>
  );
}
