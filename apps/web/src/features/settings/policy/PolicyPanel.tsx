import type { Policy, PolicyRule } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState, type ReactElement } from "react";
import { draftOf, MOST_RULES, put, type PolicyDraft } from "./draft";
import { DraftNote } from "./DraftNote";
import css from "./Policy.module.css";
import { RuleDialog } from "./RuleDialog";
import { RuleList } from "./RuleList";
import { TrialForm } from "./TrialForm";
import { useDraft, usePolicy } from "./usePolicy";

/** The rule that is being described, by its key; null for a new one. */
type Open = { key: number | null } | null;

/** What definitions get of the host, by who applies them and to which stack. */
export function PolicyPanel(): ReactElement {
  const { t } = useLingui();
  const policy = usePolicy();
  const editing = useDraft(policy.data);
  const [open, setOpen] = useState<Open>(null);
  const add = useRef<HTMLButtonElement>(null);
  const shown = policy.data === undefined ? null : (editing.draft ?? draftOf(policy.data));
  const full = shown !== null && shown.rules.length >= MOST_RULES;
  return (
    <Panel
      id="policy"
      title={<Trans>Policy</Trans>}
      actions={shown !== null && !policy.isError && <Button ref={add} small disabledReason={full ? t`There are as many rules as there may be` : undefined} onClick={() => setOpen({ key: null })}><Trans>Add a rule</Trans></Button>}
      flush
    >
      {isProblem(policy.error, "forbidden") ? <NotForYou /> : policy.isError ? (
        <ProblemNote error={policy.error} actions={<Button onClick={() => void policy.refetch()}><Trans>Try again</Trans></Button>} />
      ) : policy.data === undefined || shown === null ? <Skeleton label={t`Loading the policy`} /> : (
        <Editor
          policy={policy.data}
          shown={shown}
          editing={editing}
          onEdit={(key) => setOpen({ key })}
          onReload={() => void policy.refetch()}
          onGone={() => add.current?.focus()}
        />
      )}
      {open !== null && shown !== null && (
        <OpenRule open={open} shown={shown} onDone={(rule) => { editing.change(put(shown, open.key, rule)); setOpen(null); }} onClose={() => setOpen(null)} />
      )}
    </Panel>
  );
}

function Editor({ policy, shown, editing: { draft, change, replace }, onEdit, onReload, onGone }: {
  policy: Policy;
  /** The draft, or the policy as if it were one. */
  shown: PolicyDraft;
  editing: ReturnType<typeof useDraft>;
  onEdit: (key: number) => void;
  onReload: () => void;
  /** What had the focus is gone. */
  onGone: () => void;
}): ReactElement {
  const discard = () => {
    change(null);
    onGone();
  };
  const reload = () => {
    discard();
    onReload();
  };
  const save = () => {
    if (draft !== null && !replace.isPending) replace.mutate(draft, { onSuccess: onGone });
  };
  return (
    <>
      <div className={css.part}>
        <p className={css.soft}><Trans>What definitions get of the host, by who applies them and to which stack. The first rule that is for a role and a stack decides; where there is none, it is the preset “Locked”.</Trans></p>
        {draft !== null && <DraftNote outdated={draft.revision !== policy.revision} saving={replace.isPending} error={replace.error} onSave={save} onDiscard={discard} onReload={reload} />}
      </div>
      <RuleList draft={shown} onChange={change} onEdit={onEdit} onGone={onGone} />
      <div className={css.part}><TrialForm draft={draft} revision={policy.revision} /></div>
    </>
  );
}

function OpenRule({ open, shown, onDone, onClose }: { open: NonNullable<Open>; shown: PolicyDraft; onDone: (rule: PolicyRule) => void; onClose: () => void }): ReactElement {
  const at = shown.rules.findIndex(({ key }) => key === open.key);
  return <RuleDialog rule={shown.rules[at]?.rule} number={at + 1} onDone={onDone} onClose={onClose} />;
}

function NotForYou(): ReactElement {
  return (
    <Empty title={<Trans>Only administrators see the policy</Trans>}>
      <Trans>Ask an administrator what you may run, or to allow something.</Trans>
    </Empty>
  );
}
