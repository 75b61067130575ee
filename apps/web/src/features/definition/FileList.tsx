import { SEVERITIES } from "@/text/states";
import { bytes } from "@/text/sizes";
import { IconButton } from "@/ui/Button";
import { Mark } from "@/ui/Chip";
import { classes } from "@/ui/classes";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { Ellipsis, FilePlus, Undo2, Upload } from "lucide-react";
import { useRef, useState, type ChangeEvent, type ReactElement } from "react";
import { composeFilesOf, filesOf, pathsOf, putFile, removeFile, renameFile, withComposeFiles, type Draft, type Snapshot } from "./draft";
import { contentOf, sizeOf, type FileContent } from "./files";
import { PathDialog } from "./PathDialog";
import { ranked, type Comment } from "./useLint";
import css from "./SideList.module.css";

interface Parts {
  snapshot: Snapshot;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** The files of the project folder: compose files, env files, configs, and what else the images are built from. */
export function FileList({ snapshot, draft, onChange, open, onOpen, comments, fileOf }: Parts & {
  open: string;
  onOpen: (path: string) => void;
  comments: readonly Comment[];
  fileOf: (comment: Comment) => string;
}): ReactElement {
  const { t } = useLingui();
  const [asking, setAsking] = useState<{ rename: string | null } | null>(null);
  const files = filesOf(snapshot, draft);
  const gone = Object.keys(draft.files).filter((path) => draft.files[path] === null);
  const worst = (path: string) => ranked(comments.filter((comment) => fileOf(comment) === path))[0]?.severity;
  const settle = (path: string) => {
    const from = asking?.rename ?? null;
    onChange(from === null ? putFile(snapshot, draft, path, { kind: "text", text: "", executable: false }) : renameFile(snapshot, draft, from, path));
    setAsking(null);
    onOpen(path);
  };
  return (
    <Panel title={<Trans>Files</Trans>} actions={<AddButtons {...{ snapshot, draft, onChange, onOpen }} onNew={() => setAsking({ rename: null })} />} flush>
      <ul className={css.list}>
        {pathsOf(snapshot, draft).map((path) => (
          <li key={path} className={classes(css.row, path === open && css.open)}>
            <button type="button" className={css.name} aria-current={path === open ? "true" : undefined} onClick={() => onOpen(path)}>
              {worst(path) !== undefined && <Mark tone={SEVERITIES[worst(path) ?? "info"].tone} />}
              <span className={css.path}>{path}</span>
              <FileNote {...{ snapshot, draft, path }} content={files[path]} />
            </button>
            <FileMenu {...{ snapshot, draft, onChange, path }} onRename={() => setAsking({ rename: path })} />
          </li>
        ))}
        {gone.map((path) => (
          <li key={path} className={css.row}>
            <span className={css.gone}>{path}</span>
            <IconButton small label={t`Bring ${path} back`} icon={<Undo2 size={14} />} onClick={() => onChange(putFile(snapshot, draft, path, snapshot.files[path] ?? null))} />
          </li>
        ))}
      </ul>
      {asking !== null && <PathDialog rename={asking.rename} files={files} onClose={() => setAsking(null)} onDone={settle} />}
    </Panel>
  );
}

function FileNote({ snapshot, draft, path, content }: { snapshot: Snapshot; draft: Draft; path: string; content: FileContent | undefined }): ReactElement | null {
  const { t } = useLingui();
  const compose = composeFilesOf(snapshot, draft).indexOf(path);
  const notes = [
    draft.files[path] !== undefined && (snapshot.files[path] === undefined ? t`new` : t`edited`),
    compose > 0 && t`merged as number ${compose + 1}`,
    content?.kind === "binary" && t`binary, ${bytes(sizeOf(content))}`,
    content?.executable === true && t`executable`,
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <span className={css.soft}>{notes.join(" · ")}</span>;
}

function AddButtons({ snapshot, draft, onChange, onOpen, onNew }: Parts & { onOpen: (path: string) => void; onNew: () => void }): ReactElement {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const add = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.target.files ?? [])];
    event.target.value = "";
    const read = await Promise.all(chosen.map(async (file) => [file.name, contentOf(new Uint8Array(await file.arrayBuffer()), false)] as const));
    onChange(read.reduce((next, [path, content]) => putFile(snapshot, next, path, content), draft));
    const first = read[0];
    if (first !== undefined) onOpen(first[0]);
  };
  return (
    <>
      <IconButton small label={t`New file`} icon={<FilePlus size={15} />} onClick={onNew} />
      <IconButton small label={t`Add files from this computer`} icon={<Upload size={15} />} onClick={() => input.current?.click()} />
      <input ref={input} type="file" multiple hidden aria-label={t`Files to add`} onChange={(event) => void add(event)} />
    </>
  );
}

function FileMenu({ snapshot, draft, onChange, path, onRename }: Parts & { path: string; onRename: () => void }): ReactElement {
  const { t } = useLingui();
  const compose = composeFilesOf(snapshot, draft);
  const content = filesOf(snapshot, draft)[path];
  const merged = compose.includes(path);
  const only = merged && compose.length === 1 ? t`A definition needs a compose file` : undefined;
  const entries: MenuEntry[] = [
    { id: "rename", label: t`Rename…`, onSelect: onRename },
    ...(/\.ya?ml$/.test(path)
      ? [{
          id: "compose",
          label: merged ? t`Do not merge into the definition` : t`Merge into the definition`,
          disabledReason: only,
          onSelect: () => onChange(withComposeFiles(snapshot, draft, merged ? compose.filter((each) => each !== path) : [...compose, path])),
        }]
      : []),
    {
      id: "executable",
      label: content?.executable === true ? t`Not executable` : t`Executable`,
      onSelect: () => { if (content !== undefined) onChange(putFile(snapshot, draft, path, { ...content, executable: !content.executable })); },
    },
    ...(draft.files[path] !== undefined && snapshot.files[path] !== undefined
      ? [{ id: "revert", label: t`Undo the changes`, onSelect: () => onChange(putFile(snapshot, draft, path, snapshot.files[path] ?? null)) }]
      : []),
    { id: "delete", label: t`Delete`, danger: true, disabledReason: only, onSelect: () => onChange(removeFile(snapshot, draft, path)) },
  ];
  return <Menu trigger={<IconButton small label={t`Actions for ${path}`} icon={<Ellipsis size={15} />} />} entries={entries} />;
}
