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
            {whenOf(line, nowMs)}
          </time>
          <div>
            <span class="text">
              {line.text}
              {line.until !== undefined && (
                <>
                  {' '}
                  until{' '}
                  <time dateTime={line.until} title={relativeTime(Date.parse(line.until), nowMs)}>
                    {clockOf(line.until, nowMs)}
                  </time>
                </>
              )}
            </span>
            {line.duration_ms !== undefined && <span class="muted"> {took(line.duration_ms)}</span>}
            {line.first_bytes !== undefined && <pre class="bytes">{line.first_bytes}</pre>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Of what is yet to come how far off it is. */
function whenOf({ at, kind }: StoryLine, nowMs: number): string {
  return kind === 'next' ? relativeTime(Date.parse(at), nowMs) : clockOf(at, nowMs);
}

/** The time of day, with the day where that is another. */
function clockOf(at: string, nowMs: number): string {
  const text = absoluteTime(Date.parse(at));
  return text.slice(0, 10) === absoluteTime(nowMs).slice(0, 10) ? text.slice(11, 19) : text.slice(0, 16);
}
