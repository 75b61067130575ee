import { EntryIcon } from "@/features/catalog/EntryIcon";
import { Button, IconButton } from "@/ui/Button";
import { Mark } from "@/ui/Chip";
import { Field, Input } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Boxes, ListChecks, Plus, Trash2, Undo2 } from "lucide-react";
import { useEffect, useRef, type ReactElement } from "react";
import type { Component } from "./choices";
import { indexIn, useWizard } from "./context";
import { indexOf, isMissing, nameProblems } from "./problems";
import { ProblemLines } from "./ProblemLines";
import css from "./Outline.module.css";

/** The stack so far: its name, its components, and the two ways on. */
export function Outline(): ReactElement {
  const { t } = useLingui();
  const { choices, base, view, go } = useWizard();
  const empty = choices.components.length === 0;
  return (
    <Panel title={base === null ? <Trans>Your stack</Trans> : <Trans>Components</Trans>}>
      {base === null && <NameField />}
      {empty ? (
        <p className={css.soft}><Trans>Nothing is chosen yet. Begin with what you run, or with a complete application.</Trans></p>
      ) : (
        <ul className={css.components} aria-label={t`Components`}>
          {choices.components.map((component) => <Row key={component.key} component={component} />)}
        </ul>
      )}
      <Removed />
      <Button icon={<Plus size={14} />} aria-current={view.kind === "add" ? "step" : undefined} onClick={() => go({ kind: "add" })}><Trans>Add a component</Trans></Button>
      <Button
        look={view.kind === "review" ? "default" : "primary"}
        icon={<ListChecks size={14} />}
        aria-current={view.kind === "review" ? "step" : undefined}
        disabledReason={empty && base === null ? t`Add a component first` : undefined}
        onClick={() => go({ kind: "review" })}
      >
        <Trans>Review and save</Trans>
      </Button>
    </Panel>
  );
}

function NameField(): ReactElement {
  const { choices, change, answer, view } = useWizard();
  // A name that has not been typed yet is no mistake before the end.
  const wrong = choices.name === "" && view.kind !== "review" ? [] : nameProblems(answer?.draft.problems ?? []);
  return (
    <Field label={<Trans>Name of the stack</Trans>} error={wrong.length > 0 && <ProblemLines problems={wrong} />}>
      <Input mono autoComplete="off" spellCheck={false} maxLength={63} value={choices.name} onValueChange={(name) => change({ kind: "name", name })} />
    </Field>
  );
}

function Row({ component }: { component: Component }): ReactElement {
  const { t } = useLingui();
  const { catalogue, answer, view, go, change, reviewed } = useWizard();
  const entry = catalogue.get(component.entry);
  const index = indexIn(answer, component);
  const wrong = (answer?.draft.problems ?? []).filter((problem) => index !== -1 && indexOf(problem) === index);
  const missing = !reviewed && wrong.every(isMissing);
  const selected = view.kind === "component" && view.key === component.key;
  const remove = () => {
    if (selected) go({ kind: "add" });
    change({ kind: "remove", key: component.key });
  };
  return (
    <li className={css.row}>
      <button type="button" className={css.component} aria-current={selected ? "step" : undefined} onClick={() => go({ kind: "component", key: component.key })}>
        <span className={css.icon}>{entry === undefined ? <Boxes size={18} aria-hidden /> : <EntryIcon entry={entry} />}</span>
        <span className={css.names}>
          <span className={css.name}>{component.as === "" ? t`without a name` : component.as}</span>
          <span className={css.soft}>{entry?.name ?? component.entry}</span>
        </span>
        {wrong.length > 0 && (
          <span className={css.wrong}>
            <Mark tone={missing ? "warn" : "bad"} />
            <span className="visually-hidden">{missing ? plural(wrong.length, { one: "# thing to choose", other: "# things to choose" }) : plural(wrong.length, { one: "# problem", other: "# problems" })}</span>
          </span>
        )}
      </button>
      <IconButton small label={t`Remove ${component.as}`} icon={<Trash2 size={14} />} onClick={remove} />
    </li>
  );
}

/** What was removed can be had back, with its options and connections, until something else is added. */
function Removed(): ReactElement | null {
  const { removed, change, go } = useWizard();
  const undo = useRef<HTMLButtonElement>(null);
  const key = removed?.component.key;
  useEffect(() => {
    // The button that was pressed is gone: the focus stays near, on what takes it back.
    if (key !== undefined) undo.current?.focus();
  }, [key]);
  if (removed === null) return null;
  const restore = () => {
    change({ kind: "restore" });
    go({ kind: "component", key: removed.component.key });
  };
  return (
    <div className={css.removed} role="status">
      <span><Trans><strong>{removed.component.as}</strong> was removed.</Trans></span>
      <Button ref={undo} small icon={<Undo2 size={14} />} onClick={restore}><Trans>Undo</Trans></Button>
    </div>
  );
}
