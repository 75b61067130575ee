import { useMay } from "@/access/useMay";
import type { AttentionItem, Command } from "@/api/generated";
import { CommandActions } from "@/features/commands/CommandActions";
import { openProgress } from "@/features/commands/progress";
import { waysOut } from "@/features/stacks/course";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { SEVERITIES } from "@/text/states";
import { ButtonLink } from "@/app/ButtonLink";
import { Button } from "@/ui/Button";
import { Mark } from "@/ui/Chip";
import { Panel } from "@/ui/Page";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import type { ReactElement } from "react";
import css from "./AttentionList.module.css";

/** What a person should look at, worst first, each with what can be done about it. Nothing here is a mere count. */
export function AttentionList({ items, leftOut, quiet }: {
  items: readonly AttentionItem[];
  leftOut: number;
  /** Whether nothing is under way: what a running command has not brought to its end yet is not told, and not fine either. */
  quiet: boolean;
}): ReactElement | null {
  if (items.length === 0) {
    if (!quiet) return null;
    return (
      <p className={css.fine}><CircleCheck size={16} aria-hidden /> <Trans>Nothing needs your attention.</Trans></p>
    );
  }
  return (
    <Panel title={<Trans>Needs attention</Trans>} flush>
      <Rows>
        {items.map((item, index) => <Item key={`${item.kind}-${item.stack_id ?? ""}-${item.service ?? ""}-${index}`} item={item} />)}
      </Rows>
      {leftOut > 0 && <p className={css.more}>{plural(leftOut, { one: "and # more", other: "and # more" })}</p>}
    </Panel>
  );
}

function Item({ item }: { item: AttentionItem }): ReactElement {
  const { t } = useLingui();
  const { tone, word } = SEVERITIES[item.severity];
  return (
    <Row lead={<span className={css.mark}><Mark tone={tone} /><span className="visually-hidden">{t(word)}</span></span>} actions={<Ways item={item} />}>
      <RowLine>
        {item.stack_id !== null && (
          <Link to="/stacks/$stackId" params={{ stackId: item.stack_id }}><strong>{item.stack_name ?? item.stack_id}</strong></Link>
        )}
        <span><Said message={item.message} /></span>
        {item.since !== null && <RowNote><Ago at={item.since} /></RowNote>}
      </RowLine>
      {item.hint !== null && <RowNote><Said message={item.hint} /></RowNote>}
    </Row>
  );
}

/** The way to what is meant, and what can be done here and now. */
function Ways({ item }: { item: AttentionItem }): ReactElement | null {
  const may = useMay();
  const { command, stack_id: stackId } = item;
  if (command !== null) {
    return (
      <>
        <Button small onClick={() => openProgress(command.command_id)}><Trans>Show</Trans></Button>
        {command.status === "FAILED" ? <FailedWays command={command} /> : <CommandActions command={command} />}
      </>
    );
  }
  if (stackId === null) return null;
  if (item.kind === "service_failed" || item.kind === "service_unhealthy") {
    return <ButtonLink small to="/stacks/$stackId/logs" params={{ stackId }} search={item.service === null ? {} : { service: [item.service] }} disabledReason={may("show_stack_logs", item.stack_name)}><Trans>Logs</Trans></ButtonLink>;
  }
  if (item.kind === "lint_errors") return <ButtonLink small to="/stacks/$stackId/definition" params={{ stackId }}><Trans>Definition</Trans></ButtonLink>;
  return <ButtonLink small to="/stacks/$stackId" params={{ stackId }}><Trans>Show</Trans></ButtonLink>;
}

/** The same ways as on the page of its stack. None of them is the thing to do here, where there may be many. */
function FailedWays({ command }: { command: Command }): ReactElement {
  const stacks = useAllStacks();
  const stack = stacks.items?.find((each) => each.stack_id === command.stack_id);
  if (stack === undefined) return <CommandActions command={command} />;
  const drifted = stack.drift_count === null ? null : stack.drift_count > 0;
  return <CommandActions command={command} ways={{ ...waysOut(command, stack, drifted), first: null }} />;
}
