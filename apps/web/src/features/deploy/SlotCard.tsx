import { idempotencyKey } from "@/api/client";
import { upload } from "@/api/upload";
import type { Command, OnFailure, StackDetails, VersionArtifact } from "@/api/generated";
import { openProgress } from "@/features/commands/progress";
import { useRefused } from "@/features/stacks/actions";
import { ProblemNote } from "@/text/ProblemNote";
import { bytes, percent, shortId } from "@/text/sizes";
import { Bar } from "@/ui/Bar";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Field, Input, Select } from "@/ui/Field";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef, useState, type DragEvent, type ReactElement } from "react";
import { takes, type Slot } from "./slots";
import css from "./Deploy.module.css";

/** One slot: what is in it, and where a new artifact is dropped. */
export function SlotCard({ stack, slot, base, current }: {
  stack: StackDetails;
  slot: Slot;
  /** The version that the deployment is made from, where that has to be said. */
  base: number | undefined;
  current: VersionArtifact | null;
}): ReactElement {
  const { t } = useLingui();
  const refused = useRefused();
  const [file, setFile] = useState<File | null>(null);
  const [comment, setComment] = useState("");
  const [onFailure, setOnFailure] = useState<OnFailure>("rollback");
  const [share, setShare] = useState(0);
  const deploy = useMutation({
    mutationFn: async (chosen: File) => {
      setShare(0);
      const query = new URLSearchParams({ service: slot.service, slot: slot.name, file_name: chosen.name, on_failure: onFailure, comment, ...(base !== undefined && { base: String(base) }) });
      const command = await upload({
        method: "POST",
        url: `/api/v1/stacks/${stack.stack_id}/deploy?${query.toString()}`,
        headers: { "Content-Type": "application/octet-stream", "If-Match": stack.revision, "Idempotency-Key": idempotencyKey() },
        file: chosen,
        onProgress: setShare,
        signal: new AbortController().signal,
      });
      return command as Command;
    },
    onSuccess: (command) => {
      setFile(null);
      setComment("");
      openProgress(command.command_id);
    },
  });
  return (
    <Panel title={`${slot.service} / ${slot.name}`}>
      <Facts
        items={[
          { id: "now", name: t`Now`, value: current === null ? t`nothing` : `${current.file_name}, ${bytes(current.size)}, ${shortId(current.digest)}` },
          { id: "target", name: t`Goes to`, value: <code>{slot.target}</code> },
          { id: "takes", name: t`Takes`, value: slot.form === "tree" ? t`a tar, tar.gz or zip, which is unpacked` : (slot.pattern ?? t`any file`) },
        ]}
      />
      <DropZone file={file} onFile={setFile} />
      {file !== null && !takes(slot, file.name) && <p className={css.warn}><Trans>This slot takes {slot.pattern}, and this file is called {file.name}.</Trans></p>}
      <div className={css.fields}>
        <Field label={<Trans>Comment</Trans>}><Input value={comment} onValueChange={setComment} /></Field>
        <Field label={<Trans>If it does not work</Trans>}>
          <Select<OnFailure>
            value={onFailure}
            choices={[{ value: "rollback", label: current === null ? t`Go back to how it is now` : t`Put the former artifact back` }, { value: "hold", label: t`Leave it for me to look at` }]}
            onChange={setOnFailure}
          />
        </Field>
      </div>
      {deploy.isPending && (
        <span className={css.progress} role="status">
          <Bar share={share} label={t`Sent`} /> {share < 1 ? t`${percent(share * 100)} sent` : t`The server checks the file`}
        </span>
      )}
      {deploy.isError && <ProblemNote error={deploy.error} />}
      <span>
        <Button
          look="primary"
          busy={deploy.isPending}
          disabledReason={refused(stack, "deploy_artifact") ?? (file === null ? t`Choose a file first` : undefined)}
          onClick={() => { if (file !== null) deploy.mutate(file); }}
        >
          <Trans>Deploy</Trans>
        </Button>
      </span>
    </Panel>
  );
}

/** A file is dropped here, or chosen with the keyboard. */
function DropZone({ file, onFile }: { file: File | null; onFile: (file: File) => void }): ReactElement {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped !== undefined) onFile(dropped);
  };
  return (
    <div
      className={classes(css.zone, over && css.over)}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Upload size={20} aria-hidden />
      <span>{file === null ? t`Drop a file here` : `${file.name}, ${bytes(file.size)}`}</span>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t`File`}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen !== undefined) onFile(chosen);
          event.target.value = "";
        }}
      />
      <Button small onClick={() => input.current?.click()}>{file === null ? t`Choose a file` : t`Choose another file`}</Button>
    </div>
  );
}
