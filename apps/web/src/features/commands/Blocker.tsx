import { showCommandOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Command, Holder } from "@/api/generated";
import { StackName } from "@/features/stacks/StackName";
import { Ago } from "@/text/Ago";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { CommandActions } from "./CommandActions";
import { useCommandName } from "./naming";
import { openProgress } from "./progress";

/** What a command waits behind, why that holds it up, and what frees it. `waiting` is what goes on then. */
export function Blocker({ holder, waiting }: { holder: Holder; waiting?: Pick<Command, "kind" | "version" | "stack_id"> | undefined }): ReactElement {
  const nameOf = useCommandName();
  const { data: command } = useQuery(showCommandOptions({ path: { id: holder.command_id } }));
  const name = nameOf({ kind: holder.kind, version: command?.version });
  const show = <Button small onClick={() => openProgress(holder.command_id)}><Trans>Show {name}</Trans></Button>;
  if (holder.status !== "FAILED") {
    return (
      <Notice tone="busy" title={<Trans>It waits until “{name}” is done</Trans>} actions={show}>
        <OfOther holder={holder} stackId={waiting?.stack_id} />
      </Notice>
    );
  }
  return (
    <Notice
      tone="bad"
      title={<Trans>It waits behind “{name}”, which failed <Ago at={holder.since} /></Trans>}
      actions={<>{show}{command !== undefined && <CommandActions command={command} named={name} />}</>}
    >
      <OfOther holder={holder} stackId={waiting?.stack_id} />
      {command?.failure !== undefined && command.failure !== null && <p><Said message={command.failure.message} /></p>}
      <WaysOut name={name} next={waiting === undefined ? undefined : nameOf(waiting)} />
    </Notice>
  );
}

/** What the two buttons do to what waits. */
export function WaysOut({ name, next }: { name: string; next?: string | undefined }): ReactElement {
  return next === undefined ? (
    <p><Trans>Give up {name}: it is not tried again, and what waits behind it goes on. Retry it: the others wait until it has succeeded.</Trans></p>
  ) : (
    <p><Trans>Give up {name}: it is not tried again, and {next} is next. Retry it: {next} waits until it has succeeded.</Trans></p>
  );
}

/** A command may wait for one of another stack. */
function OfOther({ holder, stackId }: { holder: Holder; stackId: string | null | undefined }): ReactElement | null {
  if (holder.stack_id === null || holder.stack_id === stackId) return null;
  return <p><Trans>It belongs to the stack <StackName id={holder.stack_id} />.</Trans></p>;
}

function HolderLink({ holder }: { holder: Holder }): ReactElement {
  const nameOf = useCommandName();
  const { data: command } = useQuery(showCommandOptions({ path: { id: holder.command_id } }));
  return <Link to="/commands/$commandId" params={{ commandId: holder.command_id }}>{nameOf({ kind: holder.kind, version: command?.version })}</Link>;
}

/** What it waited behind once, now that it does no more. */
export function WaitedBehind({ holder }: { holder: Holder }): ReactElement {
  return <Trans>It was held behind <HolderLink holder={holder} />, which had failed.</Trans>;
}

/** The same in a line of a list, where the one that holds it up has its own line. */
export function WaitsBehind({ holder }: { holder: Holder }): ReactElement {
  const { data: command } = useQuery(showCommandOptions({ path: { id: holder.command_id } }));
  const link = <HolderLink holder={holder} />;
  // A journal remembers how it was; it may have been retried since.
  if ((command?.status ?? holder.status) !== "FAILED") return <Trans>It waits until {link} is done.</Trans>;
  return <Trans>It waits behind {link}, which has failed: give that up or retry it.</Trans>;
}
