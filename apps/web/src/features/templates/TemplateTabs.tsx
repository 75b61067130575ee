import css from "@/ui/Tabs.module.css";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link, useMatchRoute, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

const TABS = [
  { to: "/templates/$template", word: msg`Instances`, exact: true },
  { to: "/templates/$template/versions", word: msg`Versions`, exact: false },
  { to: "/templates/$template/keys", word: msg`Keys`, exact: false },
] as const;

/** Parts that one comes to from a tab, and the tab that they belong to. */
const OTHERS = [
  { to: "/templates/$template/launch", word: msg`New instance`, within: "/templates/$template" },
  { to: "/templates/$template/edit", word: msg`New version`, within: "/templates/$template/versions" },
  { to: "/templates/$template/compare", word: msg`Compare`, within: "/templates/$template/versions" },
] as const;

/** The parts of a template's page. They are links: each has an address. */
export function TemplateTabs({ name }: { name: string }): ReactElement {
  const { t } = useLingui();
  const matches = useMatchRoute();
  const within = OTHERS.find(({ to }) => matches({ to }) !== false)?.within;
  return (
    <nav aria-label={t`Parts of the template`} className={css.tabs}>
      {TABS.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          params={{ template: name }}
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

/** What the open part is called. */
export function useTemplatePart(): string | undefined {
  const { t } = useLingui();
  const matches = useMatchRoute();
  const { version } = useParams({ strict: false });
  if (version !== undefined) return t`Version ${version}`;
  const within = OTHERS.find(({ to }) => matches({ to }) !== false) ?? TABS.find(({ to, exact }) => matches({ to, fuzzy: !exact }) !== false);
  return within === undefined ? undefined : t(within.word);
}
