import { useMay } from "@/access/useMay";
import type { OnDemandService } from "@/api/generated";
import { Button, IconButton } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { useIsOver } from "@/text/Ago";
import { useLingui } from "@lingui/react/macro";
import { AlarmClock, Clock, Coffee, Ellipsis, Moon, Sun } from "lucide-react";
import { useState, type ReactElement } from "react";
import { AwakeDialog } from "./AwakeDialog";
import { firstOffer, offersOf } from "./offers";
import { SleepDialog } from "./SleepDialog";
import { TimesDialog } from "./TimesDialog";
import { awakeChoices } from "./times";
import { nameOf, useServicePower, useSettings } from "./useChange";
import css from "./OnDemand.module.css";

/** What can be done to a service: what changes how it stands at hand, the rest in a menu. */
export function ServiceActions({ service }: { service: OnDemandService }): ReactElement {
  const { t } = useLingui();
  const [open, setOpen] = useState<"sleep" | "awake" | "times" | null>(null);
  const power = useServicePower();
  const settings = useSettings();
  const offers = offersOf(service);
  const first = firstOffer(service);
  const name = nameOf(service);
  const may = useMay();
  const stack = service.stack_name;
  const refused = { wake: may("wake_service", stack), sleep: may("put_service_to_sleep", stack) };
  const wake = () => power.mutate({ service, to: "wake" });
  const sleep = () => (offers.interrupts > 0 ? setOpen("sleep") : power.mutate({ service, to: "sleep" }));
  const words = { wake: t`Wake`, sleep: t`Put to sleep` };
  const icons = { wake: <Sun size={14} />, sleep: <Moon size={14} /> };
  const entries: MenuEntry[] = [
    { id: "wake", label: words.wake, icon: icons.wake, disabledReason: refused.wake ?? (offers.wake === null ? undefined : t(offers.wake)), onSelect: wake },
    { id: "sleep", label: words.sleep, icon: icons.sleep, disabledReason: refused.sleep ?? (offers.sleep === null ? undefined : t(offers.sleep)), onSelect: sleep },
    ...useAwakeEntries(service, (until) => settings.mutate({ service, change: { awake_until: until } }), () => setOpen("awake")),
    { id: "times", label: t`Set times…`, icon: <Clock size={14} />, disabledReason: may("set_on_demand_service", stack), onSelect: () => setOpen("times") },
  ];
  return (
    <span className={css.actions}>
      {first !== null && (
        <Button small icon={icons[first]} busy={power.isPending} disabledReason={refused[first]} aria-label={first === "wake" ? t`Wake ${name}` : t`Put to sleep: ${name}`} onClick={first === "wake" ? wake : sleep}>{words[first]}</Button>
      )}
      <Menu trigger={<IconButton small label={t`Actions for ${name}`} icon={<Ellipsis size={16} />} busy={settings.isPending} />} entries={entries} />
      {open === "sleep" && <SleepDialog service={service} onClose={() => setOpen(null)} onConfirm={() => { setOpen(null); power.mutate({ service, to: "sleep" }); }} />}
      {open === "awake" && <AwakeDialog service={service} onClose={() => setOpen(null)} />}
      {open === "times" && <TimesDialog service={service} onClose={() => setOpen(null)} />}
    </span>
  );
}

/** Until when it stays awake once it is: the usual moments, any other one, and the end of it. */
function useAwakeEntries(service: OnDemandService, keep: (until: string | null) => void, choose: () => void): MenuEntry[] {
  const { t } = useLingui();
  const { keepAwake } = offersOf(service);
  const until = service.set.awake_until ?? null;
  const over = useIsOver(until);
  const disabledReason = useMay()("set_on_demand_service", service.stack_name) ?? (keepAwake === null ? undefined : t(keepAwake));
  const at = (which: "hour" | "hours" | "tonight") => keep(awakeChoices(new Date())[which].toISOString());
  const icon = <Coffee size={14} />;
  // Why not is said once.
  if (disabledReason !== undefined) return [{ id: "choose", label: t`Keep awake until…`, icon, disabledReason, onSelect: choose }];
  return [
    { id: "hour", label: t`Keep awake for 1 hour`, icon, onSelect: () => at("hour") },
    { id: "hours", label: t`Keep awake for 4 hours`, icon, onSelect: () => at("hours") },
    { id: "tonight", label: t`Keep awake until tonight, 23:59`, icon, onSelect: () => at("tonight") },
    { id: "choose", label: t`Keep awake until…`, icon: <AlarmClock size={14} />, onSelect: choose },
    ...(until === null || over ? [] : [{ id: "stop", label: t`Stop keeping awake`, icon: <Moon size={14} />, onSelect: () => keep(null) }]),
  ];
}
