import { lintArchive } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { CommentList } from "@/features/definition/CommentList";
import { opinionOf, opinionOfProblem } from "@/features/definition/useLint";
import { ProblemNote } from "@/text/ProblemNote";
import { bytes } from "@/text/sizes";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { stackName } from "./beginning";
import { useCreate } from "./create";
import { CreateBar } from "./CreateBar";
import { DropZone } from "./DropZone";
import { OtherWays } from "./OtherWays";
import { MOST_FILES, TooManyFiles, type Picked } from "./folder";
import { PathTooLong, tarOf } from "@/features/definition/tar";
import css from "./Create.module.css";

/** A new stack from a whole project folder, or from an archive of one. */
export function ArchivePage(): ReactElement {
  const { t } = useLingui();
  const [picked, setPicked] = useState<Picked | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const pick = (next: Picked | null) => {
    setFailure(null);
    if (next !== null) setPicked(next);
  };
  return (
    <Page>
      <PageHeader
        title={<Trans>New stack from a folder or an archive</Trans>}
        actions={<><OtherWays />{picked !== null && <Button onClick={() => setPicked(null)}><Trans>Choose another one</Trans></Button>}</>}
      />
      {failure instanceof TooManyFiles && <Notice tone="bad" live><p>{t`There are more than ${MOST_FILES} files in it. Choose the folder of one project, or pack what is needed into an archive.`}</p></Notice>}
      {failure !== null && !(failure instanceof TooManyFiles) && <ProblemNote error={failure} />}
      {picked === null ? <DropZone onPicked={pick} onFailed={setFailure} /> : <Chosen key={picked.name} picked={picked} />}
    </Page>
  );
}

function Chosen({ picked }: { picked: Picked }): ReactElement {
  const [name, setName] = useState(() => stackName(picked.name));
  const packed = useMemo(() => pack(picked), [picked]);
  const create = useCreate();
  if (packed instanceof PathTooLong) return <Notice tone="bad" live><p><Trans>The path <code>{packed.path}</code> is too long for an archive made here. Pack the folder into a zip yourself.</Trans></p></Notice>;
  return (
    <>
      {picked.kind === "folder" ? <FolderPanel picked={picked} /> : <Panel><p><code>{picked.file}</code>, {bytes(picked.archive.size)}</p></Panel>}
      <Check archive={packed} name={name} />
      <CreateBar
        name={name}
        onName={setName}
        saving={create.isPending}
        error={create.error}
        onSave={(plan) => create.mutate({ stack: { kind: "archive", archive: packed, name }, plan })}
      />
    </>
  );
}

function pack(picked: Picked): Blob | PathTooLong {
  if (picked.kind === "archive") return picked.archive;
  try {
    return tarOf(picked.files);
  } catch (error) {
    if (error instanceof PathTooLong) return error;
    throw error;
  }
}

function FolderPanel({ picked }: { picked: Extract<Picked, { kind: "folder" }> }): ReactElement {
  const { t } = useLingui();
  const size = picked.files.reduce((sum, { content }) => sum + content.size, 0);
  return (
    <Panel
      title={picked.name === "" ? <Trans>Files</Trans> : <code>{picked.name}</code>}
      actions={<span className={css.soft}>{plural(picked.files.length, { one: "# file", other: "# files" })}, {bytes(size)}{picked.leftOut > 0 && `, ${t`without .git and node_modules`}`}</span>}
      flush
    >
      {/* A list that scrolls can be reached with the keyboard. */}
      <ul className={css.files} tabIndex={0} aria-label={t`Files that are uploaded`}>
        {picked.files.slice(0, 500).map((file) => <li key={file.path} className={css.file}><code>{file.path}</code><span className={css.soft}>{bytes(file.content.size)}</span></li>)}
        {picked.files.length > 500 && <li className={css.file}><Trans>and {picked.files.length - 500} more</Trans></li>}
      </ul>
    </Panel>
  );
}

/** What the server says about the folder, before anything is saved. */
function Check({ archive, name }: { archive: Blob; name: string }): ReactElement {
  const [asked] = useState(name);
  const check = useQuery({
    queryKey: ["lint of an archive", asked, archive.size],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      try {
        const { data } = await lintArchive({ body: archive, query: asked === "" ? {} : { name: asked }, signal, throwOnError: true });
        return opinionOf(data);
      } catch (error) {
        if (isProblem(error, "invalid-definition") && error.problem !== null) return opinionOfProblem(error.problem);
        throw error;
      }
    },
  });
  return <CommentList lint={{ opinion: check.data, error: check.error, checking: check.isFetching }} fileOf={(comment) => comment.file ?? "compose.yaml"} onChoose={null} />;
}
