import type { DefinitionProposal, LeftDifference } from "@/api/generated";
import { proposeDefinitionOptions } from "@/api/generated/@tanstack/react-query.gen";
import { loadDraft, storeDraft } from "@/features/definition/store";
import { proposedDraft } from "@/features/definition/proposal";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileDiff } from "lucide-react";
import type { ReactElement } from "react";
import { useStack } from "../stack";
import css from "./Notes.module.css";

/** What of the drift the definition can say, and what stays with the reason. It becomes a draft; saving and planning are the usual steps. */
export function AdoptDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { stack_id: stackId } = useStack();
  const { data, error, refetch } = useQuery({ ...proposeDefinitionOptions({ path: { id: stackId } }), enabled: open });
  const taken = open && loadDraft(stackId) !== null;
  const compare = () => {
    if (data === undefined) return;
    storeDraft(stackId, proposedDraft(data));
    void navigate({ to: "/stacks/$stackId/definition", params: { stackId }, search: { adopting: true } });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t`Adopt what runs`}
      description={<Trans>The definition is changed to say what runs. You see the difference before it is saved as a new version, and its plan before anything is applied.</Trans>}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" icon={<FileDiff size={14} />} disabledReason={refusalOf(data, taken)} onClick={compare}><Trans>Compare and save…</Trans></Button>
        </>
      }
    >
      {error !== null && <ProblemNote error={error} actions={<Button onClick={() => void refetch()}><Trans>Try again</Trans></Button>} />}
      {error === null && data === undefined && <Skeleton lines={4} label={t`Looking at what runs`} />}
      {data !== undefined && <Proposal proposal={data} />}
    </Dialog>
  );
}

function refusalOf(proposal: DefinitionProposal | undefined, taken: boolean): ReactElement | undefined {
  if (proposal === undefined) return <Trans>What runs is not known yet.</Trans>;
  if (proposal.files.length === 0) return <Trans>There is nothing that the definition does not say already.</Trans>;
  return taken ? <Trans>The definition has changes that are not saved. Save or discard them first.</Trans> : undefined;
}

function Proposal({ proposal: { base_version: base, files, written, left } }: { proposal: DefinitionProposal }): ReactElement {
  return (
    <>
      {files.length > 0 && (
        <section>
          <h3><Trans>Changes on top of v{base}</Trans></h3>
          <ul className={css.list}>
            {written.map(({ service, before, now }) => (
              <li key={`service ${service}`}><strong>{service}</strong>: {plural(now, { one: "# container", other: "# containers" })} <span className={css.soft}><Trans>(was {before})</Trans></span></li>
            ))}
            {files.map(({ path, content }) => <li key={`file ${path}`}><code>{path}</code>{content === null && <> <span className={css.soft}><Trans>is left out of the definition</Trans></span></>}</li>)}
          </ul>
        </section>
      )}
      {left.length > 0 && (
        <Notice tone="calm" title={<Trans>Stays different</Trans>}>
          <ul className={css.list}>{left.map((each) => <li key={keyOf(each)}><code>{each.subject}</code>: <Said message={each.reason} /></li>)}</ul>
        </Notice>
      )}
    </>
  );
}

function keyOf({ service, subject, reason }: LeftDifference): string {
  return `${service ?? ""}/${subject}/${reason.code}`;
}
