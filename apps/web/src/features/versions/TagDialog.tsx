import { tagVersion, type StackDetails, type VersionSummary } from "@/api/generated";
import { refresh } from "@/api/queries";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactElement } from "react";

/** A word for a version, such as `good`: to find again the one that worked. */
export function TagDialog({ stack, version, onClose }: { stack: StackDetails; version: VersionSummary; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const client = useQueryClient();
  const [tag, setTag] = useState(version.tag ?? "");
  const number = version.version;
  const save = useMutation({
    mutationFn: (next: string | null) => tagVersion({ path: { id: stack.stack_id, version: number }, body: { tag: next }, throwOnError: true }),
    onSuccess: () => {
      onClose();
      void refresh(client, ["listVersions", "showVersion"]);
    },
  });
  const typed = tag.trim();
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Tag v${number}`}
      description={<Trans>A word that says what is special about it. It changes nothing in the version.</Trans>}
      footer={
        <>
          {version.tag !== null && <Button look="quiet" busy={save.isPending} onClick={() => save.mutate(null)}><Trans>Remove the tag</Trans></Button>}
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={form} look="primary" busy={save.isPending} disabledReason={typed === "" ? t`Type a word first` : undefined}><Trans>Save</Trans></Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== "") save.mutate(typed);
        }}
      >
        <Field label={t`Tag`}>
          <Input autoComplete="off" maxLength={40} value={tag} onValueChange={setTag} placeholder={t`good`} />
        </Field>
      </form>
      {save.isError && <ProblemNote error={save.error} />}
    </Dialog>
  );
}
