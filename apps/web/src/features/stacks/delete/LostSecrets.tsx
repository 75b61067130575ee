import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Stack } from "@/api/generated";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactElement } from "react";

/** The secrets that go with the definition, while the data that was made with them stays: a database opens to nobody without its password. */
export function LostSecrets({ stack }: { stack: Stack }): ReactElement | null {
  const version = useQuery(showVersionOptions({ path: { id: stack.stack_id, version: stack.current_version ?? stack.latest_version } }));
  const names = Object.keys(version.data?.secret_variables ?? {});
  if (names.length === 0) return null;
  return (
    <Notice tone="warn" live title={<Trans>Secrets go with the definition</Trans>}>
      <p>{names.map((name, index) => <Fragment key={name}>{index > 0 && ", "}<code>{name}</code></Fragment>)}</p>
      <p><Trans>The data that stays was made with them, and a database opens to nobody without its password. Read them first where they are still needed: the definition says how.</Trans></p>
    </Notice>
  );
}
