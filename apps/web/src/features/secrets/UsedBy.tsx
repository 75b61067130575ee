import type { SecretUser } from "@/api/generated";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import css from "./Secrets.module.css";

/** The stacks that use a secret. */
export function UsedBy({ users }: { users: readonly SecretUser[] }): ReactElement {
  return (
    <span className={css.list}>
      {users.map(({ stack_id: stackId, name }) => <Link key={stackId} to="/stacks/$stackId" params={{ stackId }}>{name}</Link>)}
    </span>
  );
}
