import { useMay } from "@/access/useMay";
import type { Container } from "@/api/generated";
import { useStack } from "../stack";
import { ButtonLink } from "@/app/ButtonLink";
import { Ago, Elapsed } from "@/text/Ago";
import { serviceLook } from "@/text/states";
import { Hint } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import type { ReactElement } from "react";
import { Figures } from "./Figures";
import css from "./ContainerRow.module.css";

/** A container in its slot. `alone`: its figures are those of the service, which are shown above. */
export function ContainerRow({ container, alone }: { container: Container; alone: boolean }): ReactElement {
  const { t } = useLingui();
  const { stack_id: stackId, name: stack } = useStack();
  const may = useMay();
  const { container_id: id, name } = container;
  const { tone, word } = serviceLook(container);
  return (
    <li className={css.row}>
      <div className={css.name}>
        <Link to="/containers/$containerId" params={{ containerId: id }}><code>{name}</code></Link>
      </div>
      <div className={css.state}>
        <Chip tone={tone}>{t(word)}</Chip>
        <span className={css.since}><Since container={container} /></span>
        {container.restart_count > 0 && <span className={css.restarts}>{plural(container.restart_count, { one: "# restart", other: "# restarts" })}</span>}
      </div>
      <div className={css.figures}>{!alone && <Figures containerIds={[id]} name={name} />}</div>
      {may("open_terminal", stack) === undefined && (
        <Hint text={t`Open a terminal in ${name}`}>
          <ButtonLink
            to="/stacks/$stackId/terminal"
            params={{ stackId }}
            search={{ container: id }}
            look="quiet"
            small
            icon={<SquareTerminal size={14} />}
            aria-label={t`Open a terminal in ${name}`}
          />
        </Hint>
      )}
      {container.error !== "" && <p className={css.error}>{container.error}</p>}
      {container.state === "unhealthy" && (
        <p className={css.error}>
          <Link to="/containers/$containerId" params={{ containerId: id }} search={{ view: "inspect" }}><Trans>What its health check says</Trans></Link>
        </p>
      )}
      {container.state === "failed" && container.error === "" && <p className={css.error}>{container.status}</p>}
    </li>
  );
}

/** How long it has been up, or when it ended. */
export function Since({ container }: { container: Container }): ReactElement | null {
  const up = container.finished_at === null || (container.started_at !== null && container.finished_at < container.started_at);
  if (up) return container.started_at === null ? null : <Trans>for <Elapsed since={container.started_at} /></Trans>;
  return container.finished_at === null ? null : <Trans>ended <Ago at={container.finished_at} /></Trans>;
}
