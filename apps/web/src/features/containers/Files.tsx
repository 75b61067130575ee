import { useMay } from "@/access/useMay";
import { listContainerFilesOptions } from "@/api/generated/@tanstack/react-query.gen";
import { uploadContainerFile, type ContainerFile } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { bytes } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { AnchorButton } from "@/ui/AnchorButton";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Download, File, Folder, Upload } from "lucide-react";
import { useRef, type ReactElement } from "react";
import { parentsOf, join } from "./paths";
import css from "./ContainerPage.module.css";

const route = getRouteApi("/containers/$containerId");

/** The files of a container: browse, download, upload. */
export function Files({ containerId, stack }: { containerId: string; stack: string }): ReactElement {
  const { t } = useLingui();
  const { path = "/" } = route.useSearch();
  const folder = useQuery({ ...listContainerFilesOptions({ path: { id: containerId }, query: { path } }), gcTime: 0 });
  const columns = useColumns(containerId, path);
  const archive = `/api/v1/containers/${containerId}/files/archive?path=${encodeURIComponent(path)}`;
  return (
    <Panel
      title={<Place containerId={containerId} path={path} />}
      actions={
        <>
          <UploadButton containerId={containerId} stack={stack} path={path} onDone={() => void folder.refetch()} />
          <AnchorButton href={archive} download icon={<Download size={14} />}><Trans>Folder as tar</Trans></AnchorButton>
        </>
      }
      flush
    >
      {folder.isError ? <ProblemNote error={folder.error} actions={<Button onClick={() => void folder.refetch()}><Trans>Try again</Trans></Button>} /> : folder.data === undefined ? (
        <Skeleton lines={8} label={t`Loading the folder`} />
      ) : folder.data.entries.length === 0 ? (
        <Empty title={<Trans>This folder is empty</Trans>} />
      ) : (
        <Table label={t`Files in ${path}`} columns={columns} rows={folder.data.entries} rowKey={(file) => file.name} dense />
      )}
      {folder.data?.cut === true && <p className={css.soft}><Trans>There are more entries than can be listed.</Trans></p>}
    </Panel>
  );
}

/** Each folder on the way as a link. */
function Place({ containerId, path }: { containerId: string; path: string }): ReactElement {
  return (
    <span className={css.path}>
      {parentsOf(path).map(({ name, path: to }) => (
        <Link key={to} to="/containers/$containerId" params={{ containerId }} search={{ view: "files", path: to }}>{name}</Link>
      ))}
    </span>
  );
}

function useColumns(containerId: string, path: string): Column<ContainerFile>[] {
  const { t } = useLingui();
  return [
    {
      id: "name",
      title: t`Name`,
      cell: (file) => (
        <span className={css.path}>
          {file.kind === "folder" ? <Folder size={14} aria-hidden /> : <File size={14} aria-hidden />}
          <FileName containerId={containerId} path={join(path, file.name)} file={file} />
          {file.target !== null && <span className={css.soft}>→ {file.target}</span>}
        </span>
      ),
    },
    { id: "size", title: t`Size`, numeric: true, cell: (file) => (file.kind === "folder" ? "" : bytes(file.size)) },
    { id: "mode", title: t`Mode`, optional: true, cell: (file) => <code>{file.mode}</code> },
    { id: "owner", title: t`Owner`, optional: true, cell: (file) => `${file.uid}:${file.gid}` },
    { id: "modified", title: t`Changed`, optional: true, cell: (file) => (file.modified === null ? "–" : <Ago at={file.modified} />) },
  ];
}

/** Folders are opened, files are downloaded; a name that no path can say is neither. */
function FileName({ containerId, path, file }: { containerId: string; path: string; file: ContainerFile }): ReactElement {
  if (file.name_replaced) return <>{file.name}</>;
  if (file.kind === "folder") return <Link to="/containers/$containerId" params={{ containerId }} search={{ view: "files", path }}>{file.name}</Link>;
  if (file.kind !== "file") return <>{file.name}</>;
  return <a href={`/api/v1/containers/${containerId}/files/content?path=${encodeURIComponent(path)}`} download={file.name}>{file.name}</a>;
}

function UploadButton({ containerId, stack, path, onDone }: { containerId: string; stack: string; path: string; onDone: () => void }): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: async (file: globalThis.File) => {
      await uploadContainerFile({ path: { id: containerId }, query: { path: join(path, file.name) }, body: file, throwOnError: true });
    },
    onSuccess: (_, file) => {
      notify({ tone: "good", title: t`${file.name} is in the container` });
      onDone();
    },
  });
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) upload.mutate(file);
          event.target.value = "";
        }}
      />
      <Button icon={<Upload size={14} />} busy={upload.isPending} disabledReason={may("upload_container_file", stack)} onClick={() => input.current?.click()}><Trans>Upload a file</Trans></Button>
      {upload.isError && <ProblemNote error={upload.error} />}
    </>
  );
}
