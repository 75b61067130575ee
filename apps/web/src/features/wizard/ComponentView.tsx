import type { CatalogEntry } from "@/api/generated";
import { EntryIcon } from "@/features/catalog/EntryIcon";
import { translated } from "@/text/translated";
import { Chip } from "@/ui/Chip";
import { Field, Input, Select } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { Connections } from "./Connections";
import type { Component } from "./choices";
import { indexIn, useWizard } from "./context";
import { Options } from "./Options";
import { problemsOf, type ProblemsByField } from "./problems";
import { canSleep } from "./sleep";
import { ProblemLines } from "./ProblemLines";
import { SleepPanel } from "./SleepPanel";
import css from "./ComponentView.module.css";

/** One component: what it is called, what it is connected to, and its options. */
export function ComponentView({ component }: { component: Component }): ReactElement {
  const { catalogue, answer } = useWizard();
  const entry = catalogue.get(component.entry);
  const problems = problemsOf(answer?.draft.problems ?? [], indexIn(answer, component), entry);
  const rest = problems.get("") ?? [];
  // What has to be given comes first; options with sensible values can wait behind the connections.
  const needs = entry?.options.some((option) => option.default === null && !option.optional) === true;
  const options = entry !== undefined && entry.options.length > 0 && <Options entry={entry} component={component} problems={problems} />;
  return (
    <>
      {rest.length > 0 && <Notice tone="bad"><ProblemLines problems={rest} /></Notice>}
      {entry === undefined ? <Gone component={component} /> : (
        <>
          <Basics entry={entry} component={component} problems={problems} />
          {needs && options}
          {entry.requires.length > 0 && <Connections entry={entry} component={component} problems={problems} />}
          {!needs && options}
          {canSleep(entry, component) && <SleepPanel entry={entry} component={component} problems={problems} />}
        </>
      )}
    </>
  );
}

/** A component whose entry the catalogue no longer has, such as one of a folder that was removed. */
function Gone({ component }: { component: Component }): ReactElement {
  return (
    <Panel title={component.as}>
      <p><Trans>The catalogue no longer has the entry “{component.entry}”. What it wrote can be kept by editing the definition as text.</Trans></p>
    </Panel>
  );
}

function Basics({ entry, component, problems }: { entry: CatalogEntry; component: Component; problems: ProblemsByField }): ReactElement {
  const { change } = useWizard();
  const { key } = component;
  const [usual] = entry.versions;
  const named = problems.get("as") ?? [];
  const versioned = problems.get("version") ?? [];
  const imaged = problems.get("image") ?? [];
  return (
    <Panel title={<span className={css.title}><span className={css.icon}><EntryIcon entry={entry} /></span>{entry.name}</span>} actions={entry.deploys ? <Chip mark={false}><Trans>takes deployments</Trans></Chip> : undefined}>
      <p className={css.soft}>{translated(entry.summary)}</p>
      <div className={css.fields}>
        <Field
          label={<Trans>Name in the stack</Trans>}
          help={<Trans>Other services reach it under this name.</Trans>}
          error={named.length > 0 && <ProblemLines problems={named} />}
        >
          <Input mono autoComplete="off" spellCheck={false} maxLength={40} value={component.as} onValueChange={(as) => change({ kind: "rename", key, as })} />
        </Field>
        {usual !== undefined && (
          <>
            <Field label={<Trans>Version</Trans>} error={versioned.length > 0 && <ProblemLines problems={versioned} />}>
              <Select
                value={component.version ?? usual.id}
                choices={versionsOf(entry, component)}
                onChange={(version) => change({ kind: "version", key, version: version === usual.id ? null : version })}
              />
            </Field>
            <Field
              label={<Trans>Image</Trans>}
              help={<Trans>Leave it empty for the image of the version, or name that of a mirror or a build of your own.</Trans>}
              error={imaged.length > 0 && <ProblemLines problems={imaged} />}
            >
              <Input
                mono
                autoComplete="off"
                spellCheck={false}
                maxLength={512}
                placeholder={imageOf(entry, component)}
                value={component.image ?? ""}
                onValueChange={(image) => change({ kind: "image", key, image: image.trim() === "" ? null : image.trim() })}
              />
            </Field>
          </>
        )}
      </div>
      {entry.deploys && <p className={css.soft}><Trans>It waits for what you deploy: once it runs, drop an archive on its page.</Trans></p>}
      {entry.secrets.length > 0 && <Secrets entry={entry} />}
    </Panel>
  );
}

/** A version that the catalogue no longer has stays in the list as long as it is chosen. */
function versionsOf(entry: CatalogEntry, { version }: Component): { value: string; label: string }[] {
  const known = entry.versions.map(({ id }) => ({ value: id, label: id }));
  return version === null || known.some(({ value }) => value === version) ? known : [...known, { value: version, label: version }];
}

function imageOf(entry: CatalogEntry, { version }: Component): string {
  return (entry.versions.find(({ id }) => id === version) ?? entry.versions[0])?.image ?? "";
}

function Secrets({ entry }: { entry: CatalogEntry }): ReactElement {
  const { base } = useWizard();
  const names = entry.secrets.map((secret) => translated(secret.label)).join(", ");
  return (
    <p className={css.soft}>
      {base === null ? (
        <Trans>Secrets, generated when you save, kept encrypted and never shown: {names}</Trans>
      ) : (
        <Trans>Secrets, kept encrypted and never shown: {names}</Trans>
      )}
    </p>
  );
}
