import { Said } from "@/text/said";
import { duration } from "@/text/dates";
import { Chip } from "@/ui/Chip";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { distinct, type PlannedService } from "./by_service";
import css from "./ServicePlan.module.css";
import { StepRows } from "./StepRows";
import { CHANGES } from "./words";

/** What happens to one service, why, what it costs, and the steps. */
export function ServicePlan({ planned }: { planned: PlannedService }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = CHANGES[planned.change];
  return (
    <li className={css.service}>
      <div className={css.head}>
        <Chip tone={tone}>{t(word)}</Chip>
        <strong className={css.name}>{planned.service}</strong>
        {planned.containers > 0 && <span className={css.soft}>{plural(planned.containers, { one: "# container", other: "# containers" })}</span>}
        <span className={css.soft}><Interruption planned={planned} /></span>
      </div>
      <ul className={css.causes}>
        {distinct(planned.causes).map((cause) => <li key={cause.text}><Said message={cause} /></li>)}
      </ul>
      {planned.risks.length > 0 && (
        <ul className={css.risks}>
          {planned.risks.map((risk) => (
            <li key={`${risk.code} ${risk.message.text}`}><TriangleAlert size={14} aria-hidden /> <span><Said message={risk.message} /></span></li>
          ))}
        </ul>
      )}
      <Touched planned={planned} />
      {planned.steps.length > 0 && (
        <details className={css.steps}>
          <summary>{plural(planned.steps.length, { one: "# step", other: "# steps" })}</summary>
          <StepRows steps={planned.steps} />
        </details>
      )}
    </li>
  );
}

/** Which container comes first, and for how long nothing answers. */
function Interruption({ planned }: { planned: PlannedService }): ReactElement | null {
  const { order, gap_seconds: gap, change } = planned;
  // As a risk it is said below, and once is enough.
  const told = planned.risks.some((risk) => risk.code === "interruption");
  if (change === "create" || change === "start" || change === "remove" || change === "stop") return null;
  if (gap === 0) return <Trans>without interruption</Trans>;
  const first = order === "start_first" ? <Trans>the new container starts first</Trans> : order === "stop_first" ? <Trans>the former container stops first</Trans> : null;
  return (
    <>
      {first}
      {gap !== null && !told && <>{first !== null && ", "}<Trans>does not answer for about {duration(gap * 1_000)}</Trans></>}
    </>
  );
}

function Touched({ planned }: { planned: PlannedService }): ReactElement | null {
  const { ports, volumes } = planned;
  if (ports.length + volumes.length === 0) return null;
  return (
    <p className={css.touched}>
      {ports.length > 0 && <span><Trans>Ports</Trans> {ports.map((port) => <code key={port}>{port}</code>)}</span>}
      {volumes.length > 0 && <span><Trans>Volumes</Trans> {volumes.map((volume) => <code key={volume}>{volume}</code>)}</span>}
    </p>
  );
}
