import type { Overview } from '../../api-types.ts';
import { useMedia } from '../context.ts';
import { type NodeText, nodeTexts, type Rates } from '../model/node-texts.ts';
import { type Box, type Line, type NodeName, TALL, WIDE } from '../model/picture.ts';

/** The pipeline as the README draws it, with what is in each of its parts now. */
export function PipelinePicture({ overview, rates }: { overview: Overview; rates: Rates }) {
  const isNarrow = useMedia('(max-width: 720px)');
  const picture = isNarrow ? TALL : WIDE;
  const texts = nodeTexts(overview, rates);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <fieldset> is of HTML; this is a drawing with links in it.
    <svg
      class={`picture ${isNarrow ? 'tall' : 'wide'}`}
      viewBox={`0 0 ${picture.width} ${picture.height}`}
      role="group"
      aria-label="The pipeline and what is in each of its parts"
    >
      <defs>
        {(['plain', 'busy', 'failure'] as const).map((kind) => (
          <marker
            key={kind}
            id={`arrow-${kind}`}
            class={`arrow ${kind}`}
            viewBox="0 0 8 8"
            refX="6.5"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M1 1L7 4L1 7" />
          </marker>
        ))}
      </defs>
      {picture.lines.map((line) => (
        <Arrow key={line.path} line={line} isBusy={texts[line.from].isBusy} />
      ))}
      {Object.entries(picture.nodes).map(([name, box]) => (
        <Node key={name} name={name as NodeName} box={box} text={texts[name as NodeName]} />
      ))}
    </svg>
  );
}

/** In a box that is less wide they would run into its name. */
const ROOM_FOR_BARS = 125;

/** How the tip of a lively line is drawn. */
const ARROWS = { flow: 'busy', memory: 'plain', failure: 'failure' } as const;

function Arrow({ line: { path, kind }, isBusy }: { line: Line; isBusy: boolean }) {
  const arrow = isBusy ? ARROWS[kind] : 'plain';
  return (
    <path class={`joint ${kind} ${isBusy ? 'busy' : ''}`} d={path} marker-end={`url(#arrow-${arrow})`} />
  );
}

/** Queues have the bars of what waits in line; what is not ours is dashed. */
const SHAPES: Readonly<Record<NodeName, 'function' | 'queue' | 'store' | 'foreign'>> = {
  submit: 'function',
  tasks: 'queue',
  run: 'function',
  callbacks: 'queue',
  deliver: 'function',
  receiver: 'foreign',
  ledger: 'store',
  wake: 'function',
  dlq: 'queue',
};

function Node({ name, box, text }: { name: NodeName; box: Box; text: NodeText }) {
  const { x, y, width, height } = box;
  const shape = SHAPES[name];
  const left = x + 12;
  const content = (
    <>
      <rect x={x} y={y} width={width} height={height} rx={shape === 'function' ? 14 : 4} />
      {shape === 'queue' && width > ROOM_FOR_BARS && <path class="bars" d={bars(box)} />}
      <text class="name" x={left} y={y + 23}>
        {text.title}
      </text>
      {height > width ? (
        text.lines.map((line, index) => (
          <text key={line} class="detail" x={left} y={y + 54 + index * 34}>
            {line}
          </text>
        ))
      ) : (
        <>
          <text class="figure" x={left} y={y + height / 2 + 8}>
            {text.figure}
          </text>
          <text class="detail" x={left} y={y + height - 11}>
            {text.lines.join(' · ')}
          </text>
        </>
      )}
    </>
  );
  const tone = `node ${shape} ${text.tone}`;
  return text.href === undefined ? (
    <g class={tone}>{content}</g>
  ) : (
    <a class={tone} href={text.href}>
      {content}
    </a>
  );
}

/** What waits in line, in the upper right corner. */
function bars({ x, y, width }: Box): string {
  return [8, 13, 18].map((inset) => `M${x + width - inset} ${y + 9}v16`).join('');
}
