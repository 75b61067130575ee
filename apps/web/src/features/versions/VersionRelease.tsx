import type { ResolvedImage, Version, VersionArtifact } from "@/api/generated";
import { openProgress } from "@/features/commands/progress";
import { bytes, shortId } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/Copy";
import { Panel } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./VersionRelease.module.css";

/** What ran when this version was applied last, to the digest: what a rollback brings back. And what it deploys. */
export function VersionRelease({ version }: { version: Version }): ReactElement {
  const { runtime, artifacts } = version;
  return (
    <>
      {artifacts.length > 0 && <Artifacts artifacts={artifacts} />}
      {runtime === null ? (
        <Panel title={<Trans>Release</Trans>}>
          <p><Trans>It has never been applied, so no image has been resolved for it.</Trans></p>
        </Panel>
      ) : (
        <Panel
          flush
          title={<Trans>Images of its last release</Trans>}
          actions={<Button small look="quiet" onClick={() => openProgress(runtime.command_id)}><Trans>The command that applied it</Trans></Button>}
        >
          <Images images={runtime.images} />
        </Panel>
      )}
    </>
  );
}

function Images({ images }: { images: Record<string, ResolvedImage> }): ReactElement {
  const { t } = useLingui();
  const rows = Object.entries(images);
  const columns: Column<[string, ResolvedImage]>[] = [
    { id: "service", title: t`Service`, cell: ([service]) => service },
    { id: "reference", title: t`Image`, cell: ([, { reference }]) => <code>{reference}</code> },
    {
      id: "digest",
      title: t`Digest`,
      cell: ([, { digest, image_id: id }]) => (digest === null ? <Trans>built here: <code>{shortId(id)}</code></Trans> : <Digest digest={digest.split("@").at(-1) ?? digest} />),
    },
  ];
  return <Table label={t`Images of its last release`} columns={columns} rows={rows} rowKey={([service]) => service} />;
}

/** Enough of it to compare by eye; the whole of it to copy. */
function Digest({ digest }: { digest: string }): ReactElement {
  const { t } = useLingui();
  return <span className={css.digest}><code>{shortId(digest)}</code><CopyButton text={digest} label={t`Copy ${digest}`} /></span>;
}

function Artifacts({ artifacts }: { artifacts: readonly VersionArtifact[] }): ReactElement {
  const { t } = useLingui();
  const columns: Column<VersionArtifact>[] = [
    { id: "service", title: t`Service`, cell: ({ service }) => service },
    { id: "slot", title: t`Slot`, cell: ({ slot }) => <code>{slot}</code> },
    { id: "file", title: t`File`, cell: (artifact) => <code>{artifact.file_name}</code> },
    { id: "size", title: t`Size`, numeric: true, cell: ({ size }) => bytes(size) },
    { id: "digest", title: t`Digest`, optional: true, cell: ({ digest }) => <code>{shortId(digest)}</code> },
  ];
  return (
    <Panel flush title={<Trans>Artifacts</Trans>}>
      <Table label={t`Artifacts`} columns={columns} rows={artifacts} rowKey={({ service, slot }) => `${service} ${slot}`} />
    </Panel>
  );
}
