import { showCommandOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { commandLook } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { CopyButton } from "@/ui/Copy";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { CommandView } from "./CommandView";
import { useCommandName } from "./naming";

const route = getRouteApi("/commands/$commandId");

/** The shareable page of a command: the same as beside the page, with room. */
export function CommandPage(): ReactElement {
  const { t } = useLingui();
  const { commandId } = route.useParams();
  const { data: command } = useQuery(showCommandOptions({ path: { id: commandId } }));
  const look = command === undefined ? undefined : commandLook(command);
  const nameOf = useCommandName();
  const { items } = useAllStacks();
  return (
    <Page>
      <PageHeader
        title={command === undefined ? t`Command` : nameOf(command)}
        of={items?.find((stack) => stack.stack_id === command?.stack_id)?.name}
        status={look === undefined ? undefined : <span role="status"><Chip tone={look.tone}>{t(look.word)}</Chip></span>}
        actions={<CopyButton text={globalThis.location.href} label={t`Copy the link`} />}
      />
      <Panel><CommandView commandId={commandId} /></Panel>
    </Page>
  );
}
