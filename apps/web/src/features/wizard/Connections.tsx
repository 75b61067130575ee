import type { CatalogEntry } from "@/api/generated";
import { EntryIcon } from "@/features/catalog/EntryIcon";
import { translated } from "@/text/translated";
import { Button } from "@/ui/Button";
import { Field, Select } from "@/ui/Field";
import { Menu } from "@/ui/Menu";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowRight, Plus } from "lucide-react";
import type { ReactElement } from "react";
import type { Component } from "./choices";
import { useWizard } from "./context";
import { entriesFor, providersFor } from "./fitting";
import { isMissing, type ProblemsByField } from "./problems";
import { ProblemLines } from "./ProblemLines";
import css from "./ComponentView.module.css";

/** What a component uses of others. A connection brings the address, the credentials, the order of starting and the network. */
export function Connections({ entry, component, problems }: { entry: CatalogEntry; component: Component; problems: ProblemsByField }): ReactElement {
  return (
    <Panel title={<Trans>Connections</Trans>}>
      <p className={css.soft}><Trans>A connection gives it the address and the credentials, lets it wait until the other is ready, and joins their network.</Trans></p>
      {entry.requires.map((requirement) => (
        <Connection key={requirement.id} requirement={requirement} component={component} problems={problems} />
      ))}
    </Panel>
  );
}

function Connection({ requirement, component, problems }: {
  requirement: CatalogEntry["requires"][number];
  component: Component;
  problems: ProblemsByField;
}): ReactElement {
  const { t } = useLingui();
  const { catalogue, choices, change, add, go, reviewed } = useWizard();
  const user = { key: component.key, requirement: requirement.id };
  const provider = component.connect[requirement.id];
  const providers = providersFor(requirement, component.key, choices.components, catalogue);
  const found = problems.get(`connect/${requirement.id}`) ?? [];
  const missing = !reviewed && found.some(isMissing);
  const wrong = missing ? [] : found;
  const label = translated(requirement.label);
  const nobody = requirement.optional ? t`Not connected` : t`Choose…`;
  const entries = entriesFor(requirement, catalogue).map((entry) => ({
    id: entry.id,
    label: entry.name,
    icon: <EntryIcon entry={entry} />,
    onSelect: () => void add(entry, user),
  }));
  return (
    <div className={css.connection}>
      <Field label={requirement.optional ? <Trans>{label} (optional)</Trans> : missing ? <Trans>{label} (needed)</Trans> : label} error={wrong.length > 0 && <ProblemLines problems={wrong} />}>
        <Select
          value={provider === undefined ? "" : String(provider)}
          choices={[{ value: "", label: nobody }, ...providers.map((each) => ({ value: String(each.key), label: nameOf(each, catalogue.get(each.entry)) }))]}
          onChange={(next) => change({ kind: "connect", ...user, provider: next === "" ? null : Number(next) })}
        />
      </Field>
      {provider === undefined ? (
        entries.length > 0 && <Menu trigger={<Button icon={<Plus size={14} />} aria-label={t`Add one for ${label}`}><Trans>Add one</Trans></Button>} entries={entries} />
      ) : (
        <Button icon={<ArrowRight size={14} />} aria-label={t`Open what ${label} is connected to`} onClick={() => go({ kind: "component", key: provider })}><Trans>Open</Trans></Button>
      )}
    </div>
  );
}

function nameOf(component: Component, entry: CatalogEntry | undefined): string {
  return entry === undefined ? component.as : `${component.as} (${entry.name})`;
}
