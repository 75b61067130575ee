import type { OnDemandGateway, OnDemandService } from "@/api/generated";
import { Table, type Column } from "@/ui/Table";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import css from "./OnDemand.module.css";
import { ServiceActions } from "./ServiceActions";
import { Hosts, Inside, LastUse, MemoryUse, PolicyWord, ServiceState, UsualStart } from "./ServiceFacts";
import { byNeed } from "./summary";
import { nameOf } from "./useChange";

/** One row for each service, those that need somebody first. */
export function ServiceTable({ services, gateway }: { services: readonly OnDemandService[]; gateway: OnDemandGateway }): ReactElement {
  const { t } = useLingui();
  const rows = useMemo(() => byNeed(services), [services]);
  const columns: Column<OnDemandService>[] = [
    {
      id: "name",
      main: true,
      title: t`Service`,
      cell: (service) => <Link to="/stacks/$stackId/on-demand" params={{ stackId: service.stack_id }} className={css.service}><span>{service.stack_name}/</span><strong>{service.service}</strong></Link>,
    },
    { id: "state", main: true, title: t`State`, cell: (service) => <ServiceState service={service} waiting /> },
    { id: "hosts", main: true, title: t`Host`, cell: (service) => <Hosts service={service} gateway={gateway} /> },
    { id: "used", title: t`Last used`, optional: true, cell: (service) => <span className={css.state}><LastUse service={service} /><Inside service={service} /></span> },
    { id: "memory", title: t`Memory, peak`, numeric: true, optional: true, cell: (service) => <MemoryUse service={service} /> },
    { id: "start", title: t`Usual start`, numeric: true, optional: true, cell: (service) => <UsualStart service={service} /> },
    { id: "policy", title: t`Sleeps`, optional: true, cell: (service) => <PolicyWord service={service} /> },
    { id: "actions", numeric: true, stays: true, title: <span className="visually-hidden">{t`Actions`}</span>, cell: (service) => <ServiceActions service={service} /> },
  ];
  return <Table label={t`Services on demand`} columns={columns} rows={rows} rowKey={nameOf} cards />;
}
