import type { TokenRequest } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId, type ReactElement } from "react";
import { IssuedSecret } from "./IssuedSecret";
import { TokenForm } from "./TokenForm";
import { useIssue } from "./useTokens";

/** Describes a token, then shows its secret. It is one dialog, so that the focus returns to where it was before both. */
export function NewTokenDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const issue = useIssue();
  const issued = issue.data;
  // Until the answer is there, it would take the secret with it.
  const leave = () => {
    if (!issue.isPending) onClose();
  };
  const submit = (request: TokenRequest) => {
    if (!issue.isPending) issue.mutate(request);
  };
  return (
    <Dialog
      open
      keepOpen
      onClose={leave}
      title={issued === undefined ? t`New token` : t`The token ${issued.token.name} has been issued`}
      footer={issued === undefined ? (
        <>
          <Button onClick={leave}><Trans>Cancel</Trans></Button>
          <Button type="submit" form={form} look="primary" busy={issue.isPending}><Trans>Issue the token</Trans></Button>
        </>
      ) : <Button look="primary" onClick={onClose}><Trans>Done</Trans></Button>}
    >
      {issued === undefined
        ? <TokenForm id={form} error={issue.error} onEdit={issue.reset} onSubmit={submit} />
        : <IssuedSecret secret={issued.secret} />}
    </Dialog>
  );
}
