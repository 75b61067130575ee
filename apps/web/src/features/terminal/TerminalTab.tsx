import { listStackContainersOptions } from "@/api/generated/@tanstack/react-query.gen";
import { refusal } from "@/features/stacks/actions";
import { ProblemNote } from "@/text/ProblemNote";
import { Empty, Skeleton } from "@/ui/Empty";
import { Field, Select } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import type { ReactElement } from "react";
import { TerminalPanel } from "./TerminalPanel";

const route = getRouteApi("/stacks/$stackId/terminal");

/** A terminal in one of the containers of a stack; which one is in the address. */
export function TerminalTab(): ReactElement {
  const { t } = useLingui();
  const { stackId } = route.useParams();
  const { container: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const containers = useQuery(listStackContainersOptions({ path: { id: stackId } }));
  if (containers.isError) return <ProblemNote error={containers.error} />;
  if (containers.data === undefined) return <Skeleton label={t`Loading the containers`} />;
  const running = containers.data.items.filter((container) => refusal(container.actions, "open_terminal") === undefined);
  const chosen = running.find((container) => container.container_id === wanted) ?? running[0];
  if (chosen === undefined) {
    return (
      <Panel>
        <Empty icon={<SquareTerminal size={28} />} title={<Trans>No container runs</Trans>}>
          <Trans>A terminal is opened in a running container. Start the stack first.</Trans>
        </Empty>
      </Panel>
    );
  }
  return (
    <TerminalPanel
      containerId={chosen.container_id}
      choice={
        <Field label={<Trans>Container</Trans>}>
          <Select
            value={chosen.container_id}
            choices={running.map((container) => ({ value: container.container_id, label: container.name }))}
            onChange={(container) => void navigate({ search: { container }, replace: true })}
          />
        </Field>
      }
    />
  );
}
