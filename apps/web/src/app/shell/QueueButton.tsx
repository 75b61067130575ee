import { useMay } from "@/access/useMay";
import { showQueueOptions } from "@/api/generated/@tanstack/react-query.gen";
import { Hint } from "@/ui/Button";
import { Mark } from "@/ui/Chip";
import { Link } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import css from "./QueueButton.module.css";

/** What the queue does right now, in one word: on every page, and leading to the queue. */
export function QueueButton(): ReactElement | null {
  const { t } = useLingui();
  const may = useMay();
  const { data: queue } = useQuery({ ...showQueueOptions(), enabled: may("show_queue") === undefined });
  if (queue === undefined || may("show_queue") !== undefined) return null;
  const busy = queue.head?.status === "RUNNING";
  const tone = queue.blocked ? "bad" : busy ? "busy" : "calm";
  const word = queue.blocked ? t`Queue blocked` : busy ? t`Working` : t`Queue idle`;
  const waiting = plural(queue.pending, { one: "# command waits", other: "# commands wait" });
  return (
    <Hint text={queue.pending > 0 ? waiting : t`No command waits`}>
      <Link to="/queue" className={css.button}>
        <Mark tone={tone} />
        {word}
        {queue.pending > 0 && <span className={css.count} aria-label={waiting}>{queue.pending}</span>}
      </Link>
    </Hint>
  );
}
