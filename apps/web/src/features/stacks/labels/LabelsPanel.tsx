import { useMay } from "@/access/useMay";
import type { StackDetails } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { LabelChips } from "./LabelChips";
import { LabelsDialog } from "./LabelsDialog";
import css from "./Labels.module.css";

/** How access is granted by a label. */
const SAMPLE = "team=payments";

/** What a stack is labelled with. Labels decide who has access, so only administrators of the stack change them. */
export function LabelsPanel({ stack }: { stack: StackDetails }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const none = Object.keys(stack.labels).length === 0;
  return (
    <Panel title={<Trans>Labels</Trans>} actions={<Button small disabledReason={may("set_stack_labels", stack.name)} onClick={() => setOpen(true)}><Trans>Change the labels…</Trans></Button>}>
      {none ? <p><Trans>This stack has no labels.</Trans></p> : <LabelChips labels={stack.labels} />}
      <p className={css.soft}><Trans>Users and tokens can be given access to all stacks with a label, such as <code>{SAMPLE}</code>.</Trans></p>
      {open && <LabelsDialog stack={stack} onClose={() => setOpen(false)} />}
    </Panel>
  );
}
