import { useMay } from "@/access/useMay";
import type { NamedSecret } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState, type ReactElement } from "react";
import { CreateDialog } from "./dialogs";
import css from "./Secrets.module.css";
import { useSecrets } from "./useSecrets";
import { UsedBy } from "./UsedBy";

/** Secrets that several stacks may use, each with a name and versions. */
export function SecretsPage(): ReactElement {
  const { t } = useLingui();
  const secrets = useSecrets();
  const may = useMay();
  const [creating, setCreating] = useState(false);
  const items = secrets.data?.pages.flatMap((page) => page.items);
  const create = <Button look="primary" icon={<Plus size={14} />} disabledReason={may("create_secret")} onClick={() => setCreating(true)}><Trans>New secret</Trans></Button>;
  return (
    <Page>
      <PageHeader
        title={<Trans>Secrets</Trans>}
        meta={<Trans>Passwords, keys and certificates that stacks use by name. They are stored encrypted, and given to containers as files.</Trans>}
        actions={items !== undefined && items.length > 0 ? create : undefined}
      />
      {secrets.isError && <ProblemNote error={secrets.error} actions={<Button onClick={() => void secrets.refetch()}><Trans>Try again</Trans></Button>} />}
      {items === undefined ? !secrets.isError && <Panel flush><Skeleton lines={6} label={t`Loading the secrets`} /></Panel> : items.length === 0 ? (
        <Panel>
          <Empty icon={<KeyRound size={28} />} title={<Trans>No secrets yet</Trans>} actions={create}>
            <Trans>A definition uses one with <code>external: true</code> under <code>secrets</code>. Give it a new value once, and the plan of every stack that uses it says so.</Trans>
          </Empty>
        </Panel>
      ) : (
        <Panel flush><SecretTable secrets={items} /></Panel>
      )}
      {secrets.hasNextPage && <p><Button small busy={secrets.isFetchingNextPage} onClick={() => void secrets.fetchNextPage()}><Trans>Show more secrets</Trans></Button></p>}
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function SecretTable({ secrets }: { secrets: readonly NamedSecret[] }): ReactElement {
  const { t } = useLingui();
  return (
    <Table
      label={t`Secrets`}
      rows={secrets}
      rowKey={({ name }) => name}
      cards
      columns={[
        { id: "name", main: true, title: t`Name`, cell: ({ name }) => <Link to="/secrets/$secret" params={{ secret: name }}><strong>{name}</strong></Link> },
        { id: "description", main: true, title: t`What it is for`, grows: true, cell: ({ description }) => description },
        { id: "users", title: t`Used by`, cell: ({ used_by: users }) => (users.length === 0 ? <span className={css.soft}><Trans>not used</Trans></span> : <UsedBy users={users} />) },
        { id: "version", title: t`Version`, numeric: true, cell: ({ latest_version: latest }) => `v${latest}` },
        { id: "updated", title: t`Last value`, cell: ({ updated_at: at }) => <Ago at={at} /> },
      ]}
    />
  );
}
