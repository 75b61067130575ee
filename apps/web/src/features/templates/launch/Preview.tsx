import type { RenderedTemplate } from "@/api/generated";
import { place } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { SEVERITIES } from "@/text/states";
import { Chip } from "@/ui/Chip";
import { Notice } from "@/ui/Notice";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "../Templates.module.css";

/** What the instance would be. Nothing of it is there yet, and no port is kept for it. */
export function Preview({ rendered, stale }: { rendered: RenderedTemplate; stale: boolean }): ReactElement {
  const { t } = useLingui();
  const { variables, secret_variables: secrets, hosts, ports, warnings, findings } = rendered;
  const named = Object.entries(variables).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    <Panel title={<Trans>Preview</Trans>} actions={stale && <Chip tone="warn"><Trans>of former values</Trans></Chip>}>
      <Facts
        items={[
          { id: "stack", name: t`Stack`, value: <code>{rendered.stack_name}</code> },
          { id: "url", name: t`Address`, value: rendered.url === null ? "–" : <code>{rendered.url}</code> },
          ...(hosts.length > 0 ? [{ id: "hosts", name: t`Hosts`, value: <span className={css.names}>{hosts.map((host) => <code key={host}>{host}</code>)}</span> }] : []),
          ...Object.entries(ports).map(([name, port]) => ({ id: `port ${name}`, name: t`Port ${name}`, value: port })),
        ]}
      />
      <h3><Trans>Variables</Trans></h3>
      <Facts
        items={[
          ...named.map(([name, value]) => ({ id: name, name: <code>{name}</code>, value: value === "" ? <span className={css.soft}><Trans>empty</Trans></span> : <code>{value}</code> })),
          ...secrets.map((name) => ({ id: name, name: <code>{name}</code>, value: <span className={css.soft}><Trans>secret</Trans></span> })),
        ]}
      />
      {warnings.length > 0 && (
        <Notice tone="warn" title={<Trans>Warnings</Trans>}>
          <ul>{warnings.map((item) => <li key={`${place(item)} ${item.message.text}`}>{item.file !== null && <code>{place(item)}</code>} <Said message={item.message} /></li>)}</ul>
        </Notice>
      )}
      {findings.length > 0 && (
        <details>
          <summary><Trans>Findings: {findings.length}</Trans></summary>
          <ul className={css.lines}>
            {findings.map((item) => (
              <li key={`${place(item)} ${item.message.text}`} className={css.row}><Chip tone={SEVERITIES[item.severity].tone}>{t(SEVERITIES[item.severity].word)}</Chip><span><Said message={item.message} /></span></li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
