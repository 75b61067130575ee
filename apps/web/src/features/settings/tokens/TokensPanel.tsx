import { listTokensOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Token } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Rows } from "@/ui/Rows";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { NewTokenDialog } from "./NewTokenDialog";
import { RevokeDialog } from "./RevokeDialog";
import { isLastManager } from "./rights";
import { RotateDialog } from "./RotateDialog";
import { TokenRow } from "./TokenRow";
import { useOwnToken } from "./useTokens";

type Open = { what: "issue" } | { what: "rotate"; name: string } | { what: "revoke"; name: string; last: boolean } | null;

/** Who may use the API, apart from the browsers that are signed in, and what with. */
export function TokensPanel(): ReactElement {
  const { t } = useLingui();
  const tokens = useQuery(listTokensOptions());
  const own = useOwnToken();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const items = tokens.data?.items;
  return (
    <Panel
      id="tokens"
      title={<Trans>Tokens</Trans>}
      actions={items !== undefined && !tokens.isError && <Button small onClick={() => setOpen({ what: "issue" })}><Trans>New token</Trans></Button>}
      flush
    >
      {isProblem(tokens.error, "forbidden") ? <NotForYou /> : tokens.isError ? (
        <ProblemNote error={tokens.error} actions={<Button onClick={() => void tokens.refetch()}><Trans>Try again</Trans></Button>} />
      ) : items === undefined ? <Skeleton label={t`Loading the tokens`} /> : <TokenList tokens={items} own={own} onOpen={setOpen} />}
      {open?.what === "issue" && <NewTokenDialog onClose={close} />}
      {open?.what === "rotate" && <RotateDialog name={open.name} own={open.name === own} onClose={close} />}
      {open?.what === "revoke" && <RevokeDialog name={open.name} own={open.name === own} last={open.last} onClose={close} />}
    </Panel>
  );
}

function TokenList({ tokens, own, onOpen }: { tokens: readonly Token[]; own: string | null; onOpen: (open: Open) => void }): ReactElement {
  if (tokens.length === 0) {
    return <Empty title={<Trans>There are no tokens</Trans>}><Trans>Issue one for a program that uses the API, such as a pipeline, or for somebody who signs in here.</Trans></Empty>;
  }
  return (
    <Rows>
      {tokens.map((token) => (
        <TokenRow
          key={token.name}
          token={token}
          own={token.name === own}
          onRotate={() => onOpen({ what: "rotate", name: token.name })}
          onRevoke={() => onOpen({ what: "revoke", name: token.name, last: isLastManager(tokens, token.name, Date.now()) })}
        />
      ))}
    </Rows>
  );
}

function NotForYou(): ReactElement {
  return (
    <Empty title={<Trans>Only administrators see the tokens</Trans>}>
      <Trans>Sign in with an administrator’s token to see them, or ask an administrator to issue one for you.</Trans>
    </Empty>
  );
}
