import type { CatalogEntry, WizardSleep } from "@/api/generated";
import { Field, Input, Select, Switch } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import type { Component } from "./choices";
import { useWizard } from "./context";
import type { ProblemsByField } from "./problems";
import { ProblemLines } from "./ProblemLines";
import { hostsOf, sleepOf, THEMES, WAKERS } from "./sleep";
import css from "./ComponentView.module.css";

/** Whether it sleeps when nobody uses it: off unless somebody wants it, because it needs the gateway in front. */
export function SleepPanel({ entry, component, problems }: { entry: CatalogEntry; component: Component; problems: ProblemsByField }): ReactElement {
  const { change } = useWizard();
  const { key, sleep } = component;
  return (
    <Panel title={<Trans>Sleep when idle?</Trans>}>
      <Switch checked={sleep !== null} onChange={(on) => change({ kind: "sleep", key, sleep: on ? sleepOf(entry) : null })}>
        <Trans>It sleeps when nobody uses it, and wakes at the first request</Trans>
      </Switch>
      {sleep === null ? (
        <p className={css.soft}><Trans>Saves the memory of what is rarely used. Its requests then go through the gateway of Core Monitor.</Trans></p>
      ) : (
        <Sleep key={key} entry={entry} sleep={sleep} problems={problems} onChange={(next) => change({ kind: "sleep", key, sleep: next })} />
      )}
    </Panel>
  );
}

function Sleep({ entry, sleep, problems, onChange }: { entry: CatalogEntry; sleep: WizardSleep; problems: ProblemsByField; onChange: (sleep: WizardSleep) => void }): ReactElement {
  const { t } = useLingui();
  const { reviewed } = useWizard();
  const [typed, setTyped] = useState(() => sleep.hosts.join(", "));
  const wrong = (field: string) => {
    const found = problems.get(`sleep/${field}`) ?? [];
    return found.length > 0 && <ProblemLines problems={found} />;
  };
  // Nothing typed yet is no mistake before the end.
  const missing = sleep.hosts.length === 0 && !reviewed;
  const looks: Record<(typeof THEMES)[number], string> = { plain: t`Plain`, matrix: t`Matrix`, ghost: t`Ghost`, shuffle: t`Shuffle`, hackerTerminal: t`Hacker terminal` };
  const wakers: Record<(typeof WAKERS)[number], string> = { anyone: t`Whoever sends a request`, authenticated: t`Only people in Core Monitor` };
  const theme = sleep.theme ?? THEMES[0];
  const own = THEMES.some((each) => each === theme) ? [] : [{ value: theme, label: theme }];
  return (
    <div className={css.fields}>
      <Field label={missing ? <Trans>Host names (needed)</Trans> : <Trans>Host names</Trans>} help={<Trans>Requests for them wake it. Several with a comma between them; *.example.org is every name one level below.</Trans>} error={missing ? undefined : wrong("hosts")}>
        <Input mono autoComplete="off" spellCheck={false} placeholder="shop.example.org" value={typed} onValueChange={(text) => { setTyped(text); onChange({ ...sleep, hosts: hostsOf(text) }); }} />
      </Field>
      <Field label={<Trans>Sleeps after</Trans>} help={<Trans>For how long nobody must have used it: 10m, 90s, 1h30m.</Trans>} error={wrong("idle_timeout")}>
        <Input mono autoComplete="off" spellCheck={false} maxLength={16} placeholder="10m" value={sleep.idle_timeout ?? ""} onValueChange={(text) => onChange({ ...sleep, idle_timeout: text.trim() === "" ? null : text.trim() })} />
      </Field>
      {(entry.ports.length !== 1 || (sleep.port ?? null) !== null) && (
        <Field label={<Trans>Port in the container</Trans>} help={<Trans>Where it takes HTTP.</Trans>} error={wrong("port")}>
          <Input mono inputMode="numeric" autoComplete="off" placeholder={String(entry.ports[0] ?? "")} value={sleep.port === null || sleep.port === undefined ? "" : String(sleep.port)} onValueChange={(text) => onChange({ ...sleep, port: portOf(text) })} />
        </Field>
      )}
      <Field label={<Trans>Waiting page</Trans>} help={<Trans>What a browser shows while it wakes.</Trans>} error={wrong("theme")}>
        <Select value={theme} choices={[...THEMES.map((each) => ({ value: each as string, label: looks[each] })), ...own]} onChange={(next) => onChange({ ...sleep, theme: next === THEMES[0] ? null : next })} />
      </Field>
      <Field label={<Trans>Who may wake it</Trans>} error={wrong("wake")}>
        <Select value={sleep.wake ?? WAKERS[0]} choices={WAKERS.map((each) => ({ value: each as string, label: wakers[each] }))} onChange={(next) => onChange({ ...sleep, wake: next === WAKERS[0] ? null : next })} />
      </Field>
    </div>
  );
}

/** What is no port is not sent: the server would refuse the whole of the choices. */
function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return port >= 1 && port <= 65_535 ? port : null;
}
