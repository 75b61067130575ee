import { useMay } from "@/access/useMay";
import type { NamedSecretDetails, NamedSecretVersion } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ButtonLink } from "@/app/ButtonLink";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { ProblemNote } from "@/text/ProblemNote";
import { Button, IconButton } from "@/ui/Button";
import { Code } from "@/ui/Copy";
import { Empty, Skeleton } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { Facts, Page, PageHeader, Panel } from "@/ui/Page";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Compass, Ellipsis, Eye, FilePen, RotateCw, Trash2 } from "lucide-react";
import { useState, type ReactElement } from "react";
import { ChangeDialog, DeleteDialog, VersionDialog } from "./dialogs";
import { RevealDialog } from "./RevealDialog";
import css from "./Secrets.module.css";
import { useSecret } from "./useSecrets";
import { UsedBy } from "./UsedBy";

const route = getRouteApi("/secrets/$secret");

type Open = "version" | "change" | "delete" | number | null;

/** One secret: what it is for, who uses it, and its versions. */
export function SecretPage(): ReactElement {
  const { t } = useLingui();
  const { secret: name } = route.useParams();
  const secret = useSecret(name);
  if (secret.data !== undefined) return <Shown secret={secret.data} />;
  if (!secret.isError) return <Page><Panel flush><Skeleton lines={6} label={t`Loading the secret`} /></Panel></Page>;
  if (isProblem(secret.error, "secret-not-found") || isProblem(secret.error, "invalid-request")) return <NoSuchSecret />;
  return <Page><ProblemNote error={secret.error} actions={<Button onClick={() => void secret.refetch()}><Trans>Try again</Trans></Button>} /></Page>;
}

function Shown({ secret }: { secret: NamedSecretDetails }): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const { name, description, stacks, used_by: users } = secret;
  const close = () => setOpen(null);
  const external = `secrets:\n  ${name}:\n    external: true`;
  return (
    <Page>
      <PageHeader
        title={name}
        of={t`Secrets`}
        meta={description === "" ? undefined : <span>{description}</span>}
        actions={
          <>
            <Button look="primary" icon={<RotateCw size={14} />} disabledReason={may("add_secret_version")} onClick={() => setOpen("version")}><Trans>New value…</Trans></Button>
            <Menu
              trigger={<IconButton look="default" label={t`Actions for ${name}`} icon={<Ellipsis size={16} />} />}
              entries={[
                { id: "change", label: t`Change…`, icon: <FilePen size={14} />, disabledReason: may("change_secret"), onSelect: () => setOpen("change") },
                { id: "delete", label: t`Delete…`, icon: <Trash2 size={14} />, danger: true, disabledReason: may("delete_secret"), onSelect: () => setOpen("delete") },
              ]}
            />
          </>
        }
      />
      <Panel title={<Trans>Where it is used</Trans>}>
        <Facts
          items={[
            { id: "users", name: t`Used by`, value: users.length === 0 ? <span className={css.soft}><Trans>not used</Trans></span> : <UsedBy users={users} /> },
            { id: "stacks", name: t`Stacks that may use it`, value: stacks.includes("*") ? t`all` : <span className={css.list}>{stacks.map((pattern) => <code key={pattern}>{pattern}</code>)}</span> },
            { id: "created", name: t`Created`, value: <><Ago at={secret.created_at} /> · <ActorName actor={secret.created_by} /></> },
            { id: "definition", name: t`In a definition`, value: <Code whole={external}>{`secrets: {${name}: {external: true}}`}</Code> },
          ]}
        />
      </Panel>
      <Panel title={<Trans>Versions</Trans>} flush><Versions secret={secret} onReveal={setOpen} /></Panel>
      {open === "version" && <VersionDialog secret={secret} onClose={close} />}
      {open === "change" && <ChangeDialog secret={secret} onClose={close} />}
      {open === "delete" && <DeleteDialog secret={secret} onClose={close} onDone={() => void navigate({ to: "/secrets" })} />}
      {typeof open === "number" && <RevealDialog name={name} number={open} onClose={close} />}
    </Page>
  );
}

function Versions({ secret: { name, versions }, onReveal }: { secret: NamedSecretDetails; onReveal: (number: number) => void }): ReactElement {
  const { t } = useLingui();
  const refused = useMay()("read_secret_value");
  return (
    <Table<NamedSecretVersion>
      label={t`Versions of ${name}`}
      rows={versions}
      rowKey={({ number }) => `${number}`}
      cards
      columns={[
        { id: "number", main: true, title: t`Version`, cell: ({ number }) => <strong>v{number}</strong> },
        { id: "at", title: t`Saved`, cell: ({ created_at: at }) => <Ago at={at} /> },
        { id: "by", title: t`Saved by`, grows: true, cell: ({ created_by: actor }) => <ActorName actor={actor} /> },
        {
          id: "reveal",
          title: <span className="visually-hidden">{t`Actions`}</span>,
          cell: ({ number }) => <Button small icon={<Eye size={14} />} disabledReason={refused} aria-label={t`Show the value of version ${number}`} onClick={() => onReveal(number)}><Trans>Show the value…</Trans></Button>,
        },
      ]}
    />
  );
}

function NoSuchSecret(): ReactElement {
  return (
    <Page>
      <Empty page icon={<Compass size={28} />} title={<Trans>There is no such secret</Trans>} actions={<ButtonLink to="/secrets" look="primary"><Trans>All secrets</Trans></ButtonLink>}>
        <Trans>It may have been deleted, or the address is incomplete.</Trans>
      </Empty>
    </Page>
  );
}
