import { useMay } from "@/access/useMay";
import { listRegistriesOptions } from "@/api/generated/@tanstack/react-query.gen";
import { removeRegistry, storeRegistry } from "@/api/generated";
import { refresh } from "@/api/queries";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty, Skeleton } from "@/ui/Empty";
import { Field, Input } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import css from "./Settings.module.css";

/** Credentials for pulling images. They are encrypted in the database and never shown again. */
export function RegistriesPanel(): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const registries = useQuery(listRegistriesOptions());
  const [editing, setEditing] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  return (
    <Panel title={<Trans>Registries</Trans>} actions={<Button small disabledReason={may("store_registry")} onClick={() => setEditing("")}><Trans>Add a registry</Trans></Button>} flush>
      {registries.isError ? <ProblemNote error={registries.error} /> : registries.data === undefined ? <Skeleton label={t`Loading the registries`} /> : registries.data.items.length === 0 ? (
        <Empty title={<Trans>No credentials are stored</Trans>}><Trans>Public images need none. Add a registry to pull private ones.</Trans></Empty>
      ) : (
        <Table
          label={t`Registries`}
          rows={registries.data.items}
          rowKey={(registry) => registry.host}
          cards
          columns={[
            { id: "host", main: true, title: t`Registry`, cell: (registry) => registry.host },
            { id: "updated", title: t`Changed`, cell: (registry) => <Ago at={registry.updated_at} /> },
            {
              id: "actions",
              title: <span className="visually-hidden">{t`Actions`}</span>,
              cell: (registry) => (
                <span className={css.buttons}>
                  <Button small disabledReason={may("store_registry")} onClick={() => setEditing(registry.host)}><Trans>Replace</Trans></Button>
                  <Button small disabledReason={may("remove_registry")} onClick={() => setRemoving(registry.host)}><Trans>Remove</Trans></Button>
                </span>
              ),
            },
          ]}
        />
      )}
      {editing !== null && <RegistryDialog host={editing} onClose={() => setEditing(null)} />}
      {removing !== null && <RemoveDialog host={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function RegistryDialog({ host: known, onClose }: { host: string; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const [host, setHost] = useState(known);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const store = useMutation({
    mutationFn: async () => {
      await storeRegistry({ path: { host: host.trim() }, body: { username, password }, throwOnError: true });
    },
    onSuccess: () => {
      void refresh(client, ["listRegistries", "listAudit"]);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    store.mutate();
  };
  return (
    <Dialog open keepOpen onClose={onClose} title={known === "" ? t`Add a registry` : t`Replace the credentials of ${known}`}>
      <form className={css.form} onSubmit={submit}>
        <Field label={<Trans>Registry</Trans>} help={<Trans>Its host, such as registry.example or registry.example:5000.</Trans>}>
          <Input value={host} onValueChange={setHost} readOnly={known !== ""} required autoComplete="off" />
        </Field>
        <Field label={<Trans>User name</Trans>}><Input value={username} onValueChange={setUsername} required autoComplete="off" /></Field>
        <Field label={<Trans>Password or token</Trans>} help={<Trans>It is encrypted, and never shown again.</Trans>}>
          <Input type="password" value={password} onValueChange={setPassword} required autoComplete="new-password" />
        </Field>
        {store.isError && <ProblemNote error={store.error} />}
        <div className={css.buttons}>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" look="primary" busy={store.isPending}><Trans>Save</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ host, onClose }: { host: string; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      await removeRegistry({ path: { host }, throwOnError: true });
    },
    onSuccess: () => {
      void refresh(client, ["listRegistries", "listAudit"]);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Remove the credentials of ${host}?`}
      description={t`Private images of this registry can no longer be pulled. Containers that run go on.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Keep them</Trans></Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}><Trans>Remove</Trans></Button>
        </>
      }
    >
      {remove.isError && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
