import type { StackContainer } from "@/api/generated";
import { useFigures } from "@/app/live/figures";
import { Ago } from "@/text/Ago";
import { bytes, percent, rate, shortId } from "@/text/sizes";
import { Sparkline } from "@/ui/Bar";
import { Code } from "@/ui/Copy";
import { Notice } from "@/ui/Notice";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./ContainerPage.module.css";

/** What a container is, and what it uses at this moment. */
export function ContainerState({ item }: { item: StackContainer }): ReactElement {
  const { t } = useLingui();
  const { container } = item;
  return (
    <>
      {container.error !== "" && <Notice tone="bad" title={<Trans>The engine says</Trans>}>{container.error}</Notice>}
      <Usage containerId={container.container_id} />
      <Panel title={<Trans>Container</Trans>}>
        <Facts
          items={[
            { id: "id", name: t`Id`, value: <Code whole={container.container_id}>{shortId(container.container_id)}</Code> },
            { id: "image", name: t`Image`, value: <Code>{container.image}</Code> },
            { id: "digest", name: t`Image id`, value: <Code whole={container.image_id}>{shortId(container.image_id)}</Code> },
            { id: "status", name: t`The engine says`, value: container.status },
            { id: "networks", name: t`Networks`, value: container.networks.length === 0 ? "–" : container.networks.join(", ") },
            { id: "created", name: t`Created`, value: container.created_at === null ? "–" : <Ago at={container.created_at} /> },
            { id: "started", name: t`Started`, value: container.started_at === null ? "–" : <Ago at={container.started_at} /> },
            ...(container.finished_at === null ? [] : [{ id: "ended", name: t`Ended`, value: <Ago at={container.finished_at} /> }]),
            { id: "restarts", name: t`Restarts`, value: container.restart_count },
            ...container.artifacts.map((artifact) => ({
              id: artifact.slot,
              name: t`Artifact in ${artifact.slot}`,
              value: artifact.digest === null ? "–" : <Code whole={artifact.digest}>{shortId(artifact.digest)}</Code>,
            })),
          ]}
        />
      </Panel>
    </>
  );
}

function Usage({ containerId }: { containerId: string }): ReactElement | null {
  const { t } = useLingui();
  const { usage, cpu, memory } = useFigures(containerId);
  if (usage === null) return null;
  const flow = usage.per_second;
  const limit = usage.memory_limit_bytes;
  return (
    <Panel title={<Trans>Now</Trans>}>
      <dl className={css.now}>
        <div>
          <dt>{t`CPU`}</dt>
          <dd>{usage.cpu_percent === null ? "–" : percent(usage.cpu_percent)} <Sparkline values={cpu} max={5} label={t`CPU of the last minutes`} /></dd>
        </div>
        <div>
          <dt>{t`Memory`}</dt>
          <dd>
            {limit === null ? bytes(usage.memory_bytes) : t`${bytes(usage.memory_bytes)} of ${bytes(limit)}`}{" "}
            <Sparkline values={memory} max={1} label={t`Memory of the last minutes`} />
          </dd>
        </div>
        <div><dt>{t`Network in, out`}</dt><dd>{flow === null ? "–" : `${rate(flow.network_received_bytes)}, ${rate(flow.network_sent_bytes)}`}</dd></div>
        <div><dt>{t`Disk read, written`}</dt><dd>{flow === null ? "–" : `${rate(flow.block_read_bytes)}, ${rate(flow.block_written_bytes)}`}</dd></div>
        <div><dt>{t`Processes`}</dt><dd>{usage.pids}</dd></div>
      </dl>
    </Panel>
  );
}
