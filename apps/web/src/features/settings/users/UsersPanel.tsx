import type { User } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Rows } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { GrantsDialog } from "./GrantsDialog";
import { InviteDialog } from "./InviteDialog";
import { RemoveDialog } from "./RemoveDialog";
import { RenewDialog } from "./RenewDialog";
import { UserRow, type Deed } from "./UserRow";
import { useOwnName, useUsers } from "./useUsers";

type Open = { what: "invite" } | { what: Deed; user: User } | null;

/** Who signs in by name and password or with a provider, and what they may do. */
export function UsersPanel(): ReactElement {
  const { t } = useLingui();
  const users = useUsers();
  const own = useOwnName();
  const [open, setOpen] = useState<Open>(null);
  const items = users.data?.pages.flatMap((page) => page.items);
  return (
    <Panel
      id="users"
      title={<Trans>Users</Trans>}
      actions={items !== undefined && !users.isError && <Button small onClick={() => setOpen({ what: "invite" })}><Trans>Invite a user</Trans></Button>}
      flush
    >
      {isProblem(users.error, "forbidden") ? <NotForYou /> : users.isError ? (
        <ProblemNote error={users.error} actions={<Button onClick={() => void users.refetch()}><Trans>Try again</Trans></Button>} />
      ) : items === undefined ? <Skeleton label={t`Loading the users`} /> : <UserList users={items} own={own} onOpen={setOpen} />}
      {users.hasNextPage && <p><Button small busy={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}><Trans>Show more users</Trans></Button></p>}
      {open !== null && <Opened open={open} own={own} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

function UserList({ users, own, onOpen }: { users: readonly User[]; own: string | null; onOpen: (open: Open) => void }): ReactElement {
  if (users.length === 0) {
    return <Empty title={<Trans>There are no users</Trans>}><Trans>Invite whoever is to sign in here by name and password.</Trans></Empty>;
  }
  return <Rows>{users.map((user) => <UserRow key={user.name} user={user} own={user.name === own} onOpen={(what) => onOpen({ what, user })} />)}</Rows>;
}

function Opened({ open, own, onClose }: { open: NonNullable<Open>; own: string | null; onClose: () => void }): ReactElement {
  if (open.what === "invite") return <InviteDialog onClose={onClose} />;
  const { name } = open.user;
  if (open.what === "grants") return <GrantsDialog user={open.user} onClose={onClose} />;
  if (open.what === "renew") return <RenewDialog name={name} onClose={onClose} />;
  return <RemoveDialog name={name} own={name === own} onClose={onClose} />;
}

function NotForYou(): ReactElement {
  return (
    <Empty title={<Trans>Only administrators see the users</Trans>}>
      <Trans>Ask an administrator to invite somebody, or to change what you may do.</Trans>
    </Empty>
  );
}
