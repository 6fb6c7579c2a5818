import type { ChartSeries, Charts, Overview, TaskList } from '../../api-types.ts';
import { useAbout, usePace } from '../context.ts';
import { knownPart, overWholeMinutes } from '../model/chart-shape.ts';
import { ratesOf } from '../model/node-texts.ts';
import { hashOf } from '../model/route.ts';
import { counted } from '../model/words.ts';
import { Chart } from '../parts/chart.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { PipelinePicture } from '../parts/pipeline-picture.tsx';
import { TaskTable } from '../parts/task-table.tsx';
import { type Polled, usePoll } from '../use-poll.ts';

/** Which lines share a picture. */
const CHARTS: readonly { readonly title: string; readonly names: readonly ChartSeries['name'][] }[] = [
  { title: 'Accepted', names: ['accepted'] },
  { title: 'Delivered', names: ['delivered'] },
  { title: 'Failed attempts', names: ['failed attempts'] },
  { title: 'Latency', names: ['callback latency p50', 'callback latency p95'] },
  { title: 'Dead letters', names: ['dead letters'] },
];

const RECENT = 8;

/** Where everything is now, and how it went of late. */
export function PipelineView({ overview }: { overview: Polled<Overview> }) {
  const { isLocal } = useAbout();
  const pace = usePace();
  const charts = usePoll<Charts>('/console/api/charts', pace.charts);
  const recent = usePoll<TaskList>(isLocal ? `/console/api/tasks?limit=${RECENT}` : undefined, pace.list);
  const { value, error, refresh } = overview;
  const smooth = charts.value && overWholeMinutes(charts.value);
  const shown = smooth && knownPart(smooth);

  if (value === undefined) {
    return error === undefined ? (
      <Loading what="the pipeline" />
    ) : (
      <Failure error={error} onRetry={refresh} />
    );
  }
  return (
    <>
      <h1>Pipeline</h1>
      {value.attention > 0 && (
        <p class="call">
          <a href={hashOf({ view: 'attention' })}>
            {counted(value.attention, 'task')} {value.attention === 1 ? 'needs' : 'need'} attention
          </a>
        </p>
      )}
      <section class="panel" aria-label="Picture">
        <PipelinePicture overview={value} rates={ratesOf(smooth, Date.parse(value.at))} />
      </section>
      <section aria-labelledby="charts">
        <h2 id="charts">Of late</h2>
        {charts.value === undefined && charts.error !== undefined && (
          <>
            <Failure error={charts.error} onRetry={charts.refresh} />
            {!isLocal && (
              <p class="muted">
                The charts are CloudWatch’s: reading them takes <code>cloudwatch:GetMetricData</code>. The
                rest goes on without.
              </p>
            )}
          </>
        )}
        <div class="charts">
          {shown !== undefined &&
            CHARTS.map(({ title, names }) => (
              <Chart
                key={title}
                title={title}
                series={shown.series.filter(({ name }) => names.includes(name))}
                windowSeconds={shown.window_seconds}
              />
            ))}
        </div>
      </section>
      {isLocal && recent.value !== undefined && (
        <section aria-labelledby="recent">
          <h2 id="recent">Latest tasks</h2>
          {recent.value.tasks.length === 0 ? (
            <Empty title="No task yet.">
              <a href={hashOf({ view: 'submit' })}>Submit one</a>, and watch it go through the picture.
            </Empty>
          ) : (
            <TaskTable tasks={recent.value.tasks} caption="The latest tasks" />
          )}
        </section>
      )}
    </>
  );
}
