import type { AuditRecord } from "@/api/generated";
import { StackName } from "@/features/stacks/StackName";

import { useAllContainers } from "@/features/containers/useAllContainers";
import { bytes, shortId } from "@/text/sizes";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { resourceOf } from "./words";
import css from "./Resource.module.css";

/** What something was done to, leading to it where it has a page, and the details that are kept. */
export function Resource({ record }: { record: AuditRecord }): ReactElement {
  const { detail, resource } = record;
  const { kind, name } = resourceOf(resource);
  return (
    <span className={css.resource}>
      <Name kind={kind} name={name} known={detail?.name ?? null} />
      {detail !== null && detail.path !== null && <code>{detail.path}</code>}
      {detail !== null && detail.program !== null && <code>{detail.program}</code>}
      {detail !== null && detail.bytes !== null && <span>{bytes(detail.bytes)}</span>}
      {detail !== null && detail.exit_code !== null && <span><Trans>exit code {detail.exit_code}</Trans></span>}
      {detail !== null && detail.name !== null && (kind === "stacks" || kind === "templates") && <code>{detail.name}</code>}
      {detail !== null && detail.address !== null && <code>{detail.address}</code>}
    </span>
  );
}

function Name({ kind, name, known }: { kind: string; name: string; known: string | null }): ReactElement {
  if (kind === "containers") return <ContainerName id={name} known={known} />;
  if (kind === "stacks") return <StackName id={name.split("/")[0] ?? name} />;
  if (kind === "secret" || kind === "secrets") return <Link to="/secrets/$secret" params={{ secret: name }}>{name}</Link>;
  if (kind === "templates") return <Link to="/templates/$template" params={{ template: name }}>{name}</Link>;
  return <code>{name === "" ? kind : name}</code>;
}

/** By its name, as long as it is known; what is gone has its short id. */
function ContainerName({ id, known }: { id: string; known: string | null }): ReactElement {
  const { items } = useAllContainers();
  const container = items?.find((one) => one.container.container_id === id)?.container;
  if (container === undefined) return known === null ? <code>{shortId(id)}</code> : <span>{known}</span>;
  return <Link to="/containers/$containerId" params={{ containerId: id }}>{container.name}</Link>;
}
