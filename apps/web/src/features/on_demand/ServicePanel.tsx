import { useMay } from "@/access/useMay";
import { listCommandsOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { OnDemandGateway, OnDemandService, OnDemandServiceDetail } from "@/api/generated";
import { remaining } from "@/text/dates";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useMemo, useState, type ReactElement } from "react";
import { turnsOf } from "./history";
import css from "./OnDemand.module.css";
import { PolicyTable } from "./PolicyTable";
import { PredictionList } from "./PredictionList";
import { ServiceActions } from "./ServiceActions";
import { Hosts, LastUse, MemoryUse, PolicyWord, Requests, ServiceState, UsualStart } from "./ServiceFacts";
import { StartChart } from "./StartChart";
import { TurnList } from "./TurnList";
import { useOnDemandService } from "./useOnDemand";

/** Wakes and sleeps of a stack that are read: enough for the last ones of each of its services. */
const TURNS = 50;

/** One service: how it stands, and below it how it came to that. Where there are several, that is shown when it is asked for. */
export function ServicePanel({ service, gateway, alone }: { service: OnDemandService; gateway: OnDemandGateway; alone: boolean }): ReactElement {
  const [open, setOpen] = useState(alone);
  const id = useId();
  return (
    <>
      <Panel
        id={`on-demand-${service.service}`}
        title={service.service}
        actions={
          <>
            {!alone && (
              <Button small look="quiet" icon={open ? <ChevronDown size={14} /> : <ChevronRight size={14} />} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
                <Trans>History</Trans><span className="visually-hidden"> {service.service}</span>
              </Button>
            )}
            <ServiceActions service={service} />
          </>
        }
      >
        <Standing service={service} gateway={gateway} />
      </Panel>
      <div id={id} hidden={!open} className={css.history}>{open && <History service={service} />}</div>
    </>
  );
}

function History({ service }: { service: OnDemandService }): ReactElement {
  const { t } = useLingui();
  const detail = useOnDemandService(service.stack_id, service.service);
  if (detail.data !== undefined) return <Detail detail={detail.data} />;
  if (detail.isError) return <ProblemNote error={detail.error} actions={<Button onClick={() => void detail.refetch()}><Trans>Try again</Trans></Button>} />;
  return <Panel flush><Skeleton lines={5} label={t`Loading what is known about ${service.service}`} /></Panel>;
}

function Standing({ service, gateway }: { service: OnDemandService; gateway: OnDemandGateway }): ReactElement {
  const { t } = useLingui();
  const others = service.wakes_with.filter((each) => each !== service.service);
  const { start_timeout_seconds: start } = service;
  return (
    <div className={css.pair}>
      <Facts
        items={[
          { id: "state", name: t`State`, value: <ServiceState service={service} /> },
          { id: "hosts", name: t`Host`, value: <Hosts service={service} gateway={gateway} /> },
          { id: "used", name: t`Last used`, value: <LastUse service={service} /> },
          { id: "requests", name: t`Requests`, value: <Requests service={service} /> },
          { id: "with", name: t`Wakes with`, value: others.length === 0 ? <span className={css.soft}><Trans>nothing else</Trans></span> : others.join(", ") },
        ]}
      />
      <Facts
        items={[
          { id: "policy", name: t`Sleeps`, value: <PolicyWord service={service} /> },
          ...(service.always_on ? [] : [{ id: "idle", name: t`Idle time in force`, value: remaining(service.idle_timeout_seconds * 1_000) }]),
          { id: "start", name: t`Usual start`, value: <UsualStart service={service} /> },
          { id: "limit", name: t`A start may take`, value: start === null ? t`learned` : remaining(start * 1_000) },
          { id: "held", name: t`A request is held for`, value: remaining(service.block_timeout_seconds * 1_000) },
          { id: "memory", name: t`Memory, peak`, value: <MemoryUse service={service} /> },
          { id: "page", name: t`While it wakes`, value: service.mode === "blocking" ? t`everybody waits` : t`waiting page “${service.theme}”` },
        ]}
      />
    </div>
  );
}

function Detail({ detail }: { detail: OnDemandServiceDetail }): ReactElement {
  const { service, starts } = detail;
  const may = useMay();
  const commands = useQuery({ ...listCommandsOptions({ query: { stack_id: service.stack_id, kind: ["WAKE", "SLEEP"], limit: TURNS } }), enabled: may("list_commands") === undefined });
  const turns = useMemo(() => turnsOf(service.service, commands.data?.items ?? [], starts), [service.service, commands.data, starts]);
  return (
    <>
      <div className={css.pair}>
        <Panel title={<Trans>Start times of {service.service}</Trans>}><StartChart starts={starts} /></Panel>
        <Panel flush title={<Trans>Starts ahead of a use</Trans>}><PredictionList predictions={detail.predictions} next={service.wakes_at} /></Panel>
      </div>
      <Panel flush title={<Trans>Policies compared for {service.service}</Trans>}><PolicyTable comparison={detail.comparison} service={service.service} /></Panel>
      <Panel flush title={<Trans>Last wakes and sleeps of {service.service}</Trans>}><TurnList turns={turns} /></Panel>
    </>
  );
}
