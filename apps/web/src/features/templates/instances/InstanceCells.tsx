import type { Instance, Message } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { HEALTHS, INSTANCE_PHASES } from "@/text/states";
import { Hint } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Trans, useLingui } from "@lingui/react/macro";
import { ExternalLink } from "lucide-react";
import type { ReactElement } from "react";
import css from "../Templates.module.css";
import { isBehind, isLink } from "./offers";

/** Where it is in its life, and its health if that says more. */
export function PhaseChips({ instance: { phase, health } }: { instance: Pick<Instance, "phase" | "health"> }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = INSTANCE_PHASES[phase];
  return (
    <span className={css.row}>
      <Chip tone={tone}>{t(word)}</Chip>
      {health !== null && phase === "serving" && <Chip tone={HEALTHS[health].tone}>{t(HEALTHS[health].word)}</Chip>}
    </span>
  );
}

/** Where it is reached. It opens beside this page, and learns nothing of it. */
export function InstanceLink({ url }: { url: string | null }): ReactElement {
  if (url === null) return <>–</>;
  if (!isLink(url)) return <code>{url}</code>;
  return (
    <a className={css.url} href={url} title={url} target="_blank" rel="noopener noreferrer">
      <span>{url.replace(/^https?:\/\//i, "").replace(/\/$/, "")}</span>
      <ExternalLink size={13} aria-hidden />
    </a>
  );
}

/** The ports of the host that it has; with more than one, which is which. */
export function InstancePorts({ ports }: { ports: Instance["ports"] }): ReactElement {
  const entries = Object.entries(ports);
  if (entries.length === 0) return <>–</>;
  if (entries.length === 1) return <>:{entries[0]?.[1]}</>;
  return <span className={css.lines}>{entries.map(([name, port]) => <span key={name}><code>{name}</code> :{port}</span>)}</span>;
}

export function TemplateVersionMark({ instance, latest }: { instance: Instance; latest: number }): ReactElement {
  const { t } = useLingui();
  const mark = <span>v{instance.template_version}</span>;
  if (!isBehind(instance, latest)) return mark;
  return <span className={css.row}>{mark}<Hint text={t`The template has v${latest} by now: upgrade it in its menu`}><span><Chip tone="warn"><Trans>older</Trans></Chip></span></Hint></span>;
}

/** When it is removed by itself, and why; or that somebody holds it. */
export function Removal({ instance: { held, removed_at: at }, reason }: { instance: Pick<Instance, "held" | "removed_at">; reason: Message | undefined }): ReactElement {
  if (held) return <Chip tone="calm"><Trans>held</Trans></Chip>;
  if (at === null) return <>–</>;
  return (
    <span className={css.lines}>
      <Ago at={at} />
      {reason !== undefined && <span className={css.small}><Said message={reason} /></span>}
    </span>
  );
}
