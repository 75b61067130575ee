import type { PlannedUpgrade, RolloutPlan } from "@/api/generated";
import { Said } from "@/text/said";
import { Mark, type Tone } from "@/ui/Chip";
import { Trans } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import css from "./Rollout.module.css";
import { sortPlan } from "./rollout";

/** What a rollout would do: which instances change, which cannot, and which have nothing to gain. */
export function RolloutPlanList({ plan: { items, next } }: { plan: RolloutPlan }): ReactElement {
  const { upgrade, refused, none } = sortPlan(items);
  if (items.length === 0) return <p><Trans>The template has no instances.</Trans></p>;
  return (
    <div className={css.plan}>
      {upgrade.length > 0 && (
        <Part tone="busy" title={<Trans>Would be upgraded</Trans>} count={upgrade.length}>
          <ul className={css.list}>{upgrade.map((item) => <li key={item.key}><Key item={item} /> <Services names={item.services} /></li>)}</ul>
        </Part>
      )}
      {refused.length > 0 && (
        <Part tone="bad" title={<Trans>Cannot be upgraded</Trans>} count={refused.length}>
          <ul className={css.list}>{refused.map((item) => <li key={item.key}><Key item={item} /> {item.message !== null && <span className={css.soft}><Said message={item.message} /></span>}</li>)}</ul>
        </Part>
      )}
      {none.length > 0 && (
        <Part tone="calm" title={<Trans>Already of this version</Trans>} count={none.length}>
          <p className={css.keys}>{none.map(({ key }) => <span key={key}>{key}</span>)}</p>
        </Part>
      )}
      {next !== null && <p className={css.soft}><Trans>These are the first {items.length} instances. The others are upgraded too.</Trans></p>}
    </div>
  );
}

function Part({ tone, title, count, children }: { tone: Tone; title: ReactNode; count: number; children: ReactNode }): ReactElement {
  return (
    <section>
      <h3 className={css.head}><Mark tone={tone} />{title} <span className={css.soft}>{count}</span></h3>
      {children}
    </section>
  );
}

function Key({ item: { key, template_version: version } }: { item: PlannedUpgrade }): ReactElement {
  return <><strong>{key}</strong> <span className={css.soft}>v{version}</span></>;
}

function Services({ names }: { names: readonly string[] }): ReactElement {
  if (names.length === 0) return <span className={css.soft}><Trans>no service changes</Trans></span>;
  return <span className={css.keys}>{names.map((name) => <code key={name}>{name}</code>)}</span>;
}
