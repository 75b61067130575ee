import { useMay } from "@/access/useMay";
import type { StackContainer } from "@/api/generated";
import { useFigures } from "@/app/live/figures";
import { useRefused } from "@/features/stacks/actions";
import { Ago } from "@/text/Ago";
import { bytes, percent, rate } from "@/text/sizes";
import { serviceLook } from "@/text/states";
import { Sparkline } from "@/ui/Bar";
import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { classes } from "@/ui/classes";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ScrollText, SquareTerminal } from "lucide-react";
import { memo, type ReactElement } from "react";
import css from "./ContainerGrid.module.css";

/** Without the registry and its folders, which are the same in most rows; the whole of it is in the title. */
const imageName = (image: string): string => image.slice(image.lastIndexOf("/", image.includes("@") ? image.indexOf("@") : undefined) + 1);

/** Rendered again only when its own container changes. */
export const ContainerRow = memo(function ContainerRow({ item, index, top }: { item: StackContainer; index: number; top: number }): ReactElement {
  const { t } = useLingui();
  const { container, stack_id: stackId, stack_name: stack } = item;
  const { tone, word } = serviceLook(container);
  const refused = useRefused()({ name: stack, actions: container.actions }, "open_terminal");
  const noLogs = useMay()("show_container_logs", stack);
  return (
    <div role="row" aria-rowindex={index} className={css.row} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" className={css.name} title={container.name}>
        <Link to="/containers/$containerId" params={{ containerId: container.container_id }}>{container.name}</Link>
      </span>
      <span role="cell" className={css.text} title={stack}><Link to="/stacks/$stackId" params={{ stackId }}>{stack}</Link></span>
      <span role="cell"><Chip tone={tone}>{t(word)}</Chip></span>
      <span role="cell" className={classes(css.optional, css.text)} title={container.image}>{imageName(container.image)}</span>
      <Usage containerId={container.container_id} />
      <span role="cell" className={classes(css.optional, css.numeric)}>{container.restart_count}</span>
      <span role="cell" className={classes(css.optional, css.text)}>{container.started_at === null ? "–" : <Ago at={container.started_at} />}</span>
      <span role="cell" className={css.links}>
        {noLogs === undefined ? (
          <Link to="/containers/$containerId" params={{ containerId: container.container_id }} search={{ view: "logs" }} aria-label={t`Logs of ${container.name}`}><ScrollText size={15} /></Link>
        ) : (
          <IconButton small label={t`Logs of ${container.name}`} icon={<ScrollText size={15} />} disabledReason={noLogs} />
        )}
        {refused === undefined ? (
          <Link to="/containers/$containerId" params={{ containerId: container.container_id }} search={{ view: "terminal" }} aria-label={t`Terminal in ${container.name}`}><SquareTerminal size={15} /></Link>
        ) : (
          <IconButton small label={t`Terminal in ${container.name}`} icon={<SquareTerminal size={15} />} disabledReason={refused} />
        )}
      </span>
    </div>
  );
});

/** The part of a row that changes every second. */
function Usage({ containerId }: { containerId: string }): ReactElement {
  const { t } = useLingui();
  const { usage, cpu } = useFigures(containerId);
  const flow = usage?.per_second ?? null;
  return (
    <>
      <span role="cell" className={css.numeric}>
        <span className={css.spark}><Sparkline values={cpu} max={5} label={t`CPU of the last minutes`} /></span>
        {usage === null || usage.cpu_percent === null ? "–" : percent(usage.cpu_percent)}
      </span>
      <span role="cell" className={css.numeric}>{usage === null ? "–" : bytes(usage.memory_bytes)}</span>
      <span role="cell" className={classes(css.spacious, css.numeric)}>
        {flow === null ? "–" : `${rate(flow.network_received_bytes)}, ${rate(flow.network_sent_bytes)}`}
      </span>
    </>
  );
}
