import type { StoryLine } from '../../api-types.ts';
import { useNow } from '../context.ts';
import { absoluteTime, relativeTime, took } from '../model/words.ts';

/** What has become of a task, step by step; what is yet to come last. */
export function TimeLine({ story }: { story: readonly StoryLine[] }) {
  const nowMs = useNow();
  return (
    <ol class="time-line">
      {story.map((line, index) => (
        <li key={index} class={`${line.tone} ${line.kind}`}>
          <time dateTime={line.at} title={relativeTime(Date.parse(line.at), nowMs)}>
            {clockOf(line, nowMs)}
          </time>
          <div>
            <span class="text">{line.text}</span>
            {line.duration_ms !== undefined && <span class="muted"> {took(line.duration_ms)}</span>}
            {line.first_bytes !== undefined && <pre class="bytes">{line.first_bytes}</pre>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The time of day, with the day where that is another; of what is yet to come how far off it is. */
function clockOf({ at, kind }: StoryLine, nowMs: number): string {
  const atMs = Date.parse(at);
  if (kind === 'next') return relativeTime(atMs, nowMs);
  const text = absoluteTime(atMs);
  return text.slice(0, 10) === absoluteTime(nowMs).slice(0, 10) ? text.slice(11, 19) : text.slice(0, 16);
}
