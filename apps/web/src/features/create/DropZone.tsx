import { Button } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Trans, useLingui } from "@lingui/react/macro";
import { FileArchive, FolderUp } from "lucide-react";
import { useRef, useState, type ChangeEvent, type DragEvent, type ReactElement } from "react";
import { fromDrop, fromInput, type Picked } from "./folder";
import css from "./Create.module.css";

/** Takes a folder or an archive, dropped or chosen. */
export function DropZone({ onPicked, onFailed }: { onPicked: (picked: Picked | null) => void; onFailed: (error: unknown) => void }): ReactElement {
  const { t } = useLingui();
  const [over, setOver] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const take = (reading: Promise<Picked | null>) => void reading.then(onPicked, onFailed);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    take(fromInput([...(event.target.files ?? [])]));
    event.target.value = "";
  };
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(fromDrop(event.dataTransfer));
  };
  return (
    // Dropping is one of two ways: everything can be done with the buttons inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above
    <section className={classes(css.drop, over && css.over)} onDragOver={drag(true)} onDragLeave={drag(false)} onDrop={drop} aria-label={t`Folder or archive to upload`}>
      <FolderUp size={32} aria-hidden />
      <p><Trans>Drop the folder of a project here, or an archive of it.</Trans></p>
      <p className={css.soft}><Trans>It needs a <code>compose.yaml</code> or <code>docker-compose.yml</code>. Env files, configs and build contexts come along; images are built from the version that is saved.</Trans></p>
      <span className={css.buttons}>
        <Button look="primary" icon={<FolderUp size={14} />} onClick={() => folder.current?.click()}><Trans>Choose a folder…</Trans></Button>
        <Button icon={<FileArchive size={14} />} onClick={() => archive.current?.click()}><Trans>Choose an archive…</Trans></Button>
      </span>
      <input ref={(element) => { folder.current = element; element?.setAttribute("webkitdirectory", ""); }} type="file" hidden multiple aria-label={t`Folder`} onChange={choose} />
      <input ref={archive} type="file" hidden accept=".tar,.tgz,.gz,.zip" aria-label={t`Archive`} onChange={choose} />
    </section>
  );
}
