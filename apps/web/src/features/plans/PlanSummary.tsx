import type { Plan } from "@/api/generated";
import { Chip } from "@/ui/Chip";
import { NameList } from "@/features/stacks/NameList";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { countChanges, type PlannedService } from "./by_service";
import css from "./PlanSummary.module.css";
import { CHANGES } from "./words";

const ORDER = ["remove", "stop", "replace", "restart", "update", "create", "start", "keep"] as const;

/** The whole plan in one glance: how many services change how, which images are needed, which data goes. */
export function PlanSummary({ plan, services }: { plan: Plan; services: readonly PlannedService[] }): ReactElement | null {
  const { t } = useLingui();
  const counts = countChanges(services);
  const { pulls, builds, volumes_removed: lost } = plan.impact;
  if (services.length === 0 && pulls.length + builds.length + lost.length === 0) return null;
  return (
    <div className={css.summary}>
      {services.length > 0 && (
        <ul className={css.counts}>
          {ORDER.filter((change) => (counts[change] ?? 0) > 0).map((change) => {
            const [word, count] = [t(CHANGES[change].word), counts[change] ?? 0];
            return <li key={change}><Chip tone={CHANGES[change].tone}>{t`${word}: ${count}`}</Chip></li>;
          })}
        </ul>
      )}
      <Names title={<Trans>Volumes removed with their data</Trans>} names={lost} bad />
      <Names title={<Trans>Images to pull</Trans>} names={pulls} />
      <Names title={<Trans>Images to build</Trans>} names={builds} />
    </div>
  );
}

function Names({ title, names, bad }: { title: ReactNode; names: readonly string[]; bad?: boolean }): ReactElement | null {
  if (names.length === 0) return null;
  return (
    <div className={css.names}>
      <span className={bad === true ? css.bad : css.title}>{title}</span>
      <NameList names={names} />
    </div>
  );
}
