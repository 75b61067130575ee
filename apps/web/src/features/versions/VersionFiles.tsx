import { listVersionFilesOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Version, VersionFile } from "@/api/generated";
import { saveText } from "@/features/stacks/save_text";
import { ProblemNote } from "@/text/ProblemNote";
import { bytes } from "@/text/sizes";
import { Button, IconButton } from "@/ui/Button";
import { CodeView } from "@/ui/code/lazy";
import { CopyButton } from "@/ui/Copy";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Download, FileText } from "lucide-react";
import { useState, type ReactElement, type ReactNode } from "react";
import { fileQuery, type FileContent, type FileQuery } from "./file_text";
import css from "./VersionFiles.module.css";

/** The files of a version: one is open, the compose file at first. */
export function VersionFiles({ version }: { version: Version }): ReactElement {
  const { stack_id: id, version: number } = version;
  const files = useQuery(listVersionFilesOptions({ path: { id, version: number } }));
  const main = version.compose_files[0] ?? "compose.yaml";
  return (
    <FilesPanel number={number} main={main} files={files.data?.items} read={(path) => fileQuery(id, number, path)}>
      {files.isError && <div className={css.note}><ProblemNote error={files.error} actions={<Button onClick={() => void files.refetch()}><Trans>Try again</Trans></Button>} /></div>}
    </FilesPanel>
  );
}

/** Files of a version of something: one is open, `main` at first. */
export function FilesPanel({ number, main, files, read, children }: {
  number: number;
  main: string;
  files: readonly VersionFile[] | undefined;
  read: (path: string) => FileQuery;
  children?: ReactNode;
}): ReactElement {
  const { t } = useLingui();
  const [path, setPath] = useState(main);
  const content = useQuery(read(path));
  return (
    <Panel
      flush
      title={<Trans>Files</Trans>}
      actions={typeof content.data?.text === "string" && <FileActions path={path} text={content.data.text} />}
    >
      {children}
      {files !== undefined && files.length > 1 && (
        <ul className={css.files} aria-label={t`Files of v${number}`}>
          {files.map((file) => <FileButton key={file.path} file={file} open={file.path === path} onOpen={() => setPath(file.path)} />)}
        </ul>
      )}
      {content.isError && <div className={css.note}><ProblemNote error={content.error} /></div>}
      {content.data === undefined ? !content.isError && <Skeleton lines={8} label={t`Loading ${path}`} /> : <Content path={path} content={content.data} />}
    </Panel>
  );
}

function Content({ path, content }: { path: string; content: FileContent }): ReactElement {
  const { t } = useLingui();
  if (content === null) return <p className={css.note}><Trans>The version has no such file.</Trans></p>;
  if (content.text === null) return <p className={css.note}><Trans>This is no text: {bytes(content.size)}.</Trans></p>;
  return <CodeView text={content.text} path={path} label={t`Content of ${path}`} />;
}

function FileButton({ file, open, onOpen }: { file: VersionFile; open: boolean; onOpen: () => void }): ReactElement {
  return (
    <li>
      <button type="button" className={css.file} aria-pressed={open} onClick={onOpen}>
        <FileText size={14} aria-hidden />
        <code>{file.path}</code>
        <span className={css.soft}>{bytes(file.size)}{file.executable && <> · <Trans>executable</Trans></>}</span>
      </button>
    </li>
  );
}

function FileActions({ path, text }: { path: string; text: string }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      <CopyButton text={text} label={t`Copy ${path}`} />
      <IconButton small label={t`Download ${path}`} icon={<Download size={14} />} onClick={() => saveText(path.split("/").at(-1) ?? path, text)} />
    </>
  );
}
