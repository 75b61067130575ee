import type { Instance, Message, TemplateDetails } from "@/api/generated";
import { LastCommand } from "@/features/stacks/StackChips";
import { StackFigures } from "@/features/stacks/StackFigures";
import { Table, type Column } from "@/ui/Table";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { InstanceLink, InstancePorts, PhaseChips, Removal, TemplateVersionMark } from "./InstanceCells";
import { InstanceMenu } from "./InstanceMenu";

export function InstanceTable({ template, instances, reasons }: {
  template: TemplateDetails;
  instances: readonly Instance[];
  /** Why each is going to be removed, by its stack. */
  reasons: ReadonlyMap<string, Message>;
}): ReactElement {
  const { t } = useLingui();
  const latest = template.latest_version;
  const hasPorts = template.declaration.parameters.some(({ kind }) => kind === "host_port") || instances.some(({ ports }) => Object.keys(ports).length > 0);
  const columns: Column<Instance>[] = [
    {
      id: "key",
      title: t`Key`,
      main: true,
      cell: ({ key, stack_id: stackId, stack_name: stack }) => <Link to="/stacks/$stackId" params={{ stackId }} title={stack}><strong>{key}</strong></Link>,
    },
    { id: "phase", title: t`Phase`, cell: (instance) => <PhaseChips instance={instance} /> },
    { id: "figures", title: t`CPU, memory`, numeric: true, cell: ({ stack_id: stackId }) => <StackFigures stackId={stackId} /> },
    { id: "url", title: t`Address`, cell: ({ url }) => <InstanceLink url={url} /> },
    ...(hasPorts ? [{ id: "port", title: t`Port`, numeric: true, cell: ({ ports }: Instance) => <InstancePorts ports={ports} /> }] : []),
    { id: "version", title: t`Version`, cell: (instance) => <TemplateVersionMark instance={instance} latest={latest} /> },
    { id: "command", title: t`Last command`, cell: ({ last_command: command }) => <LastCommand command={command} /> },
    { id: "removal", title: t`Removed`, cell: (instance) => <Removal instance={instance} reason={reasons.get(instance.stack_id)} /> },
    { id: "menu", title: <span className="visually-hidden">{t`Actions`}</span>, stays: true, cell: (instance) => <InstanceMenu instance={instance} template={template} /> },
  ];
  return <Table cards label={t`Instances`} columns={columns} rows={instances} rowKey={({ stack_id: id }) => id} />;
}
