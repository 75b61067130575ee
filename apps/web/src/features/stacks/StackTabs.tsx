import { neededFor } from "@/access/pages";
import { useMay } from "@/access/useMay";
import type { StackDetails } from "@/api/generated";
import { useSlots } from "@/features/deploy/useSlots";
import { useOnDemandOf } from "@/features/on_demand/useOnDemand";
import { useBase } from "./base";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link, useMatchRoute, useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ReactElement } from "react";
import css from "@/ui/Tabs.module.css";

const TABS = [
  { to: "/stacks/$stackId", word: msg`Services`, exact: true },
  { to: "/stacks/$stackId/definition", word: msg`Definition`, exact: false },
  { to: "/stacks/$stackId/versions", word: msg`Versions`, exact: false },
  { to: "/stacks/$stackId/plan", word: msg`Plan`, exact: false },
  { to: "/stacks/$stackId/activity", word: msg`Activity`, exact: false },
  { to: "/stacks/$stackId/logs", word: msg`Logs`, exact: false },
  { to: "/stacks/$stackId/charts", word: msg`Charts`, exact: false },
  { to: "/stacks/$stackId/terminal", word: msg`Terminal`, exact: false },
  { to: "/stacks/$stackId/deploy", word: msg`Deploy`, exact: false },
  { to: "/stacks/$stackId/on-demand", word: msg`On demand`, exact: false },
  { to: "/stacks/$stackId/settings", word: msg`Settings`, exact: false },
] as const;

/** Parts that one comes to from another one. */
const OTHERS = [
  { to: "/stacks/$stackId/compare", word: msg`Compare`, exact: false },
  { to: "/stacks/$stackId/wizard", word: msg`Wizard`, exact: false },
] as const;

/** The parts of a stack's page. They are links: each has an address, and can be opened in another tab. */
export function StackTabs({ stack }: { stack: StackDetails }): ReactElement {
  const { t } = useLingui();
  const stackId = stack.stack_id;
  // A comparison has no tab of its own: it is about versions; nor has the wizard, which changes the definition.
  const matches = useMatchRoute();
  const within = matches({ to: "/stacks/$stackId/compare" }) !== false ? "/stacks/$stackId/versions" : matches({ to: "/stacks/$stackId/wizard" }) !== false ? "/stacks/$stackId/definition" : null;
  // Where nothing takes an artifact there is nothing to deploy, unless somebody has come by an address.
  const deploys = (useSlots(stack, useBase(stack).version).slots?.length ?? 0) > 0 || matches({ to: "/stacks/$stackId/deploy" }) !== false;
  const wakes = (useOnDemandOf(stackId)?.length ?? 0) > 0 || matches({ to: "/stacks/$stackId/on-demand" }) !== false;
  const may = useMay();
  const refused = TABS.filter(({ to }) => { const needed = neededFor(to); return needed !== undefined && may(needed, stack.name) !== undefined; }).map(({ to }) => to);
  const hidden = new Set<string>([...refused, ...(deploys ? [] : ["/stacks/$stackId/deploy"]), ...(wakes ? [] : ["/stacks/$stackId/on-demand"])]);
  const list = useRef<HTMLElement>(null);
  // On a phone the row scrolls; the tab that is open is brought into it.
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (open === null || open === undefined || list.current === null) return;
    list.current.scrollLeft = open.offsetLeft - list.current.offsetLeft - 24;
  });
  return (
    <nav aria-label={t`Parts of the stack`} className={css.tabs} ref={list}>
      {TABS.filter(({ to }) => !hidden.has(to)).map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          params={{ stackId }}
          className={css.tab}
          activeOptions={{ exact: tab.exact, includeSearch: false }}
          activeProps={{ "aria-current": "page" }}
          {...(within === tab.to && { "aria-current": "page" as const })}
        >
          {t(tab.word)}
        </Link>
      ))}
    </nav>
  );
}

/** What the open part is called: that of its tab, or what has no tab of its own. */
export function useStackPart(): string | undefined {
  const { t } = useLingui();
  const matches = useMatchRoute();
  const { version } = useParams({ strict: false });
  if (version !== undefined) return t`Version ${version}`;
  const within = [...OTHERS, ...TABS].find(({ to, exact }) => matches({ to, fuzzy: !exact }) !== false);
  return within === undefined ? undefined : t(within.word);
}
