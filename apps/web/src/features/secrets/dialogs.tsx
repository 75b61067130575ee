import type { NamedSecret } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { changeOf, draftOf, FIRST, NAME_PATTERN } from "./draft";
import { DraftFields, ValueField } from "./Fields";
import { FormDialog } from "./FormDialog";
import css from "./Secrets.module.css";
import { useAddVersion, useCreate, useDescribe, useRemove } from "./useSecrets";
import { UsedBy } from "./UsedBy";

/** A new secret with its first value. */
export function CreateDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [draft, setDraft] = useState(FIRST);
  const create = useCreate();
  const submit = () => create.mutate({ name: name.trim(), value, ...changeOf(draft) }, { onSuccess: onClose });
  return (
    <FormDialog title={t`New secret`} save={<Trans>Create the secret</Trans>} busy={create.isPending} error={create.error} onSubmit={submit} onClose={onClose}>
      <Field label={<Trans>Name</Trans>} help={<Trans>Letters, digits, dots, dashes and underscores. It cannot be changed later.</Trans>}>
        <Input mono required pattern={NAME_PATTERN} maxLength={64} autoComplete="off" spellCheck={false} value={name} onValueChange={setName} />
      </Field>
      <ValueField value={value} onChange={setValue} />
      <DraftFields draft={draft} onChange={setDraft} />
    </FormDialog>
  );
}

/** Another value. What runs gets it with the next apply. */
export function VersionDialog({ secret: { name, latest_version: latest, used_by: users }, onClose }: { secret: NamedSecret; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const [value, setValue] = useState("");
  const add = useAddVersion();
  const next = latest + 1;
  const submit = () => add.mutate({ name, value }, { onSuccess: () => { notify({ tone: "good", title: t`${name} has version ${next}` }); onClose(); } });
  return (
    <FormDialog title={t`New value of ${name}`} save={<Trans>Save version {next}</Trans>} busy={add.isPending} error={add.error} onSubmit={submit} onClose={onClose}>
      <ValueField value={value} onChange={setValue} />
      {users.length === 0 ? <p className={css.soft}><Trans>No stack uses it yet.</Trans></p> : (
        <Notice tone="calm" title={<Trans>What runs keeps the old value until it is applied again</Trans>}>
          <p><Trans>These stacks show it as a difference, and their plans replace what uses it:</Trans> <UsedBy users={users} /></p>
          <p><Trans>Databases keep the password that they were made with: change it there too.</Trans></p>
        </Notice>
      )}
    </FormDialog>
  );
}

/** What it is for and who may use it. */
export function ChangeDialog({ secret, onClose }: { secret: NamedSecret; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const { name } = secret;
  const [draft, setDraft] = useState(() => draftOf(secret));
  const change = useDescribe();
  const submit = () => change.mutate({ name, change: changeOf(draft) }, { onSuccess: onClose });
  return (
    <FormDialog title={t`Change ${name}`} save={<Trans>Save</Trans>} busy={change.isPending} error={change.error} onSubmit={submit} onClose={onClose}>
      <DraftFields draft={draft} onChange={setDraft} />
    </FormDialog>
  );
}

/** Asks before all versions of a secret go. One that is used does not go. */
export function DeleteDialog({ secret: { name, used_by: users }, onClose, onDone }: { secret: NamedSecret; onClose: () => void; onDone: () => void }): ReactElement {
  const { t } = useLingui();
  const remove = useRemove();
  const used = users.length > 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Delete the secret ${name}?`}
      description={used ? undefined : t`All its versions go with it. This cannot be undone.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Keep the secret</Trans></Button>
          <Button look="danger" busy={remove.isPending} disabledReason={used ? t`Stacks use it` : undefined} onClick={() => remove.mutate(name, { onSuccess: onDone })}><Trans>Delete</Trans></Button>
        </>
      }
    >
      {used && (
        <Notice tone="warn" title={<Trans>Stacks use it, so it cannot be deleted</Trans>}>
          <p><Trans>Take it out of their definitions, and apply them:</Trans> <UsedBy users={users} /></p>
        </Notice>
      )}
      {remove.isError && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
