import { Chip } from "@/ui/Chip";
import { useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { labelsIn, type Labels } from "./labels";
import css from "./Labels.module.css";

/** Labels as `key=value`; of many the first ones, where there is little room. */
export function LabelChips({ labels, most = Number.POSITIVE_INFINITY }: { labels: Labels; most?: number }): ReactElement | null {
  const { t } = useLingui();
  const all = labelsIn(labels);
  if (all.length === 0) return null;
  const more = all.length - most;
  return (
    <ul className={css.labels} aria-label={t`Labels`}>
      {all.slice(0, most).map((label) => <li key={label}><Chip mark={false}>{label}</Chip></li>)}
      {more > 0 && <li className={css.more}>{t`and ${more} more`}</li>}
    </ul>
  );
}
