import { showStackStatisticsHistory, type StatisticsHistory } from "@/api/generated";
import { useStep } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Empty, Skeleton } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { Panel, Toolbar } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState, type ReactElement } from "react";
import { AXES } from "./axes";
import { linesOf, RANGES, type Figure, type Range } from "./series";
import css from "./Chart.module.css";

const Chart = lazy(() => import("./Chart"));

/** What a stack, one of its services or one container has used: the last hour, day or week. */
export function StackCharts({ stackId, service, slot }: { stackId: string; service?: string; slot?: number }): ReactElement {
  const { t, i18n } = useLingui();
  const [range, setRange] = useState<Range>("hour");
  const history = useHistory(stackId, service, range);
  const figures: { figure: Figure; title: string }[] = [
    { figure: "cpu", title: t`CPU` },
    { figure: "memory", title: t`Memory` },
    { figure: "network", title: t`Network` },
    { figure: "disk", title: t`Disk` },
  ];
  const kept = useMemo(() => {
    if (history.data === undefined) return undefined;
    return slot === undefined ? history.data : { ...history.data, series: history.data.series.filter((series) => series.slot === slot) };
  }, [history.data, slot]);
  return (
    <>
      <Toolbar>
        <Select<Range>
          label={t`Time range`}
          value={range}
          choices={[{ value: "hour", label: t`Last hour` }, { value: "day", label: t`Last day` }, { value: "week", label: t`Last week` }]}
          onChange={setRange}
        />
      </Toolbar>
      {history.isError && <ProblemNote error={history.error} />}
      {kept === undefined ? !history.isError && <Skeleton label={t`Loading the figures`} /> : kept.series.length === 0 ? (
        <Empty title={<Trans>Nothing has been measured in this time</Trans>}><Trans>Figures are kept of containers that run.</Trans></Empty>
      ) : (
        <div className={css.grid}>
          {figures.map(({ figure, title }) => (
            <Panel key={figure} title={title}>
              <Suspense fallback={<Skeleton label={title} />}><FigureChart key={i18n.locale} history={kept} figure={figure} title={title} /></Suspense>
            </Panel>
          ))}
        </div>
      )}
    </>
  );
}

function FigureChart({ history, figure, title }: { history: StatisticsHistory; figure: Figure; title: string }): ReactElement {
  const lines = useMemo(() => linesOf(history, figure), [history, figure]);
  return <Chart lines={lines} axis={AXES[figure]} label={title} />;
}

/** A point is finished once in a step; then the newest one is fetched with the others. */
function useHistory(stackId: string, service: string | undefined, range: Range) {
  const { seconds, step, stepSeconds } = RANGES[range];
  const until = useStep(stepSeconds);
  return useQuery({
    queryKey: [{ _id: "showStackStatisticsHistory", stackId, service, range, until }],
    queryFn: async ({ signal }) => {
      const since = new Date((until - seconds) * 1_000).toISOString();
      const query = { step, since, ...(service !== undefined && { service }) };
      return (await showStackStatisticsHistory({ path: { id: stackId }, query, signal, throwOnError: true })).data;
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}
