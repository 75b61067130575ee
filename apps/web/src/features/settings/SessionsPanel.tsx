import { listSessionsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { revokeSession, type SessionItem } from "@/api/generated";
import { refresh } from "@/api/queries";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { ProblemNote, ProblemText } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { browserName } from "./browser_name";
import css from "./Settings.module.css";

/** The browsers that are signed in, and the way to sign one out from here. */
export function SessionsPanel(): ReactElement {
  const { t } = useLingui();
  const sessions = useQuery(listSessionsOptions());
  const columns = useColumns();
  return (
    <Panel title={<Trans>Sessions</Trans>} flush>
      {sessions.isError ? <ProblemNote error={sessions.error} /> : sessions.data === undefined ? <Skeleton label={t`Loading the sessions`} /> : (
        <Table label={t`Sessions`} columns={columns} rows={sessions.data.items} rowKey={(session) => session.session_id} dense cards />
      )}
    </Panel>
  );
}

function useColumns(): Column<SessionItem>[] {
  const { t } = useLingui();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: async (id: string) => {
      await revokeSession({ path: { id }, throwOnError: true });
    },
    onSuccess: () => void refresh(client, ["listSessions", "listAudit"]),
    onError: (error) => notify({ tone: "bad", title: t`The session goes on`, text: <ProblemText error={error} /> }),
  });
  return [
    {
      id: "client",
      title: t`Browser`,
      main: true,
      cell: (session) => (
        <span className={css.client} title={session.client}>{browserName(session.client) ?? session.client} {session.current && <Chip tone="good"><Trans>this one</Trans></Chip>}</span>
      ),
    },
    { id: "address", title: t`Address`, optional: true, cell: (session) => session.address ?? "–" },
    { id: "actor", title: t`Acts as`, cell: (session) => <ActorName actor={session.actor} /> },
    { id: "used", title: t`Last used`, cell: (session) => <Ago at={session.used_at} /> },
    { id: "expires", title: t`Ends`, optional: true, cell: (session) => <Ago at={session.expires_at} /> },
    {
      id: "revoke",
      title: <span className="visually-hidden">{t`Actions`}</span>,
      cell: (session) => (
        <Button
          small
          busy={revoke.isPending && revoke.variables === session.session_id}
          disabledReason={session.current ? t`Use “Sign out” for this browser` : undefined}
          onClick={() => revoke.mutate(session.session_id)}
        >
          <Trans>Sign out</Trans>
        </Button>
      ),
    },
  ];
}
