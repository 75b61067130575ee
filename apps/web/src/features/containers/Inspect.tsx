import { useMay } from "@/access/useMay";
import { inspectContainerOptions } from "@/api/generated/@tanstack/react-query.gen";
import { revealSecrets, type InspectedContainer } from "@/api/generated";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/Copy";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import css from "./ContainerPage.module.css";
import { healthSaid } from "./health";

/** What the engine says about a container, with secrets hidden. Showing them is recorded in the audit, so it is asked for. */
export function Inspect({ containerId, stack }: { containerId: string; stack: string }): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  // The page may have asked before, to learn whose the container is: that answer is of another moment.
  const hidden = useQuery({ ...inspectContainerOptions({ path: { id: containerId } }), gcTime: 0, refetchOnMount: "always" });
  const reveal = useMutation({
    mutationFn: async (): Promise<InspectedContainer> => (await revealSecrets({ path: { id: containerId }, throwOnError: true })).data,
    onSettled: () => setAsking(false),
  });
  if (hidden.isError) return <ProblemNote error={hidden.error} />;
  const shown = reveal.data ?? hidden.data;
  if (shown === undefined) return <Skeleton label={t`Loading`} />;
  const text = JSON.stringify(shown.document, null, 2);
  const said = healthSaid(shown.document);
  return (
    <>
      {said !== null && (
        <Panel title={<Trans>What its health check said last</Trans>}>
          <pre className={css.document} tabIndex={0} aria-label={t`What its health check said last`}>{said}</pre>
        </Panel>
      )}
      <Panel
        title={<Trans>Inspect</Trans>}
        actions={
          <>
            {shown.revealed ? <Button small onClick={() => reveal.reset()}><Trans>Hide secrets</Trans></Button> : <Button small disabledReason={may("reveal_secrets", stack)} onClick={() => setAsking(true)}><Trans>Show secrets…</Trans></Button>}
            <CopyButton text={text} />
          </>
        }
      >
        {reveal.isError && <ProblemNote error={reveal.error} />}
        <pre className={css.document} tabIndex={0} aria-label={t`What the engine says`}>{text}</pre>
        {asking && (
          <Dialog
            open
            onClose={() => setAsking(false)}
            title={t`Show the secrets of this container?`}
            description={t`The audit records that you have looked at them.`}
            footer={
              <>
                <Button onClick={() => setAsking(false)}><Trans>Keep them hidden</Trans></Button>
                <Button look="primary" busy={reveal.isPending} onClick={() => reveal.mutate()}><Trans>Show</Trans></Button>
              </>
            }
          >
            {null}
          </Dialog>
        )}
      </Panel>
    </>
  );
}
