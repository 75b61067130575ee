import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { VIEWS, VIEWS_NEED, type View } from "./views";
import { useMay } from "@/access/useMay";
import css from "@/ui/Tabs.module.css";

export const VIEW_WORDS: Record<View, MessageDescriptor> = {
  state: msg`State`,
  logs: msg`Logs`,
  terminal: msg`Terminal`,
  charts: msg`Charts`,
  files: msg`Files`,
  processes: msg`Processes`,
  inspect: msg`Inspect`,
};

export function ContainerTabs({ containerId, stack }: { containerId: string; stack: string }): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const shown = VIEWS.filter((view) => { const needed = VIEWS_NEED[view]; return needed === undefined || may(needed, stack) === undefined; });
  return (
    <nav aria-label={t`Parts of the container`} className={css.tabs}>
      {shown.map((view) => (
        <Link
          key={view}
          to="/containers/$containerId"
          params={{ containerId }}
          search={view === "state" ? {} : { view }}
          className={css.tab}
          activeOptions={{ exact: true, includeSearch: true }}
          activeProps={{ "aria-current": "page" }}
        >
          {t(VIEW_WORDS[view])}
        </Link>
      ))}
    </nav>
  );
}
