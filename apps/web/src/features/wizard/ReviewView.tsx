import type { WizardDraft } from "@/api/generated";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Facts, Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { indexIn, useWizard, type Answer } from "./context";
import { DiffText } from "./DiffText";
import { generalProblems, indexOf, nameProblems } from "./problems";
import { ProblemLines } from "./ProblemLines";
import { SaveForm } from "./SaveForm";
import css from "./ReviewView.module.css";

/** Everything that saving would make, and the two ways to save it. */
export function ReviewView(): ReactElement {
  const { t } = useLingui();
  const { answer, error } = useWizard();
  return (
    <>
      {answer === undefined ? (
        // Why there is none is said where the compose file would be.
        error === null && <Panel flush><Skeleton lines={6} label={t`Composing`} /></Panel>
      ) : (
        <>
          {answer.draft.problems.length > 0 && <ToMend answer={answer} />}
          <Made draft={answer.draft} />
          {answer.draft.changes !== null && <Changes text={answer.draft.changes} />}
        </>
      )}
      <SaveForm />
    </>
  );
}

/** What is still wrong, each leading to where it is mended. */
function ToMend({ answer }: { answer: Answer }): ReactElement {
  const { choices, go } = useWizard();
  const { problems } = answer.draft;
  const whole = [...nameProblems(problems), ...generalProblems(problems)];
  return (
    <Notice tone="bad" title={plural(problems.length, { one: "# thing to mend before it can be saved", other: "# things to mend before it can be saved" })}>
      <ul className={css.mend}>
        {whole.length > 0 && <li><ProblemLines problems={whole} /></li>}
        {choices.components.map((component) => {
          const index = indexIn(answer, component);
          const own = problems.filter((problem) => index !== -1 && indexOf(problem) === index);
          if (own.length === 0) return null;
          return (
            <li key={component.key} className={css.component}>
              <Button small onClick={() => go({ kind: "component", key: component.key })}>{component.as}</Button>
              <ProblemLines problems={own} />
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

function Made({ draft }: { draft: WizardDraft }): ReactElement {
  const { t } = useLingui();
  const { base } = useWizard();
  const named = (kind: "service" | "volume" | "network") => draft.graph.nodes.filter((node) => node.kind === kind).map((node) => node.label);
  const none = <span className={css.soft}>{t`none`}</span>;
  const list = (names: readonly string[]) => (names.length === 0 ? none : names.join(", "));
  return (
    <Panel title={base === null ? <Trans>What is made</Trans> : <Trans>What the stack has then</Trans>}>
      <Facts
        items={[
          { name: <Trans>Services</Trans>, value: list(named("service")) },
          { name: <Trans>Volumes</Trans>, value: list(named("volume")) },
          { name: <Trans>Networks</Trans>, value: list(named("network")) },
          { name: <Trans>Files</Trans>, value: <><code>compose.yaml</code>, {plural(draft.compose.trimEnd().split("\n").length, { one: "# line", other: "# lines" })}</> },
          { name: <Trans>Ports of the host</Trans>, value: draft.ports.length === 0 ? none : <Ports draft={draft} /> },
          { name: <Trans>Secrets and variables</Trans>, value: draft.variables.length === 0 ? none : <Variables draft={draft} /> },
          { name: <Trans>Findings</Trans>, value: <FindingCounts draft={draft} /> },
        ]}
      />
    </Panel>
  );
}

function Ports({ draft }: { draft: WizardDraft }): ReactElement {
  return (
    <ul className={css.list}>
      {draft.ports.map((port) => (
        <li key={`${port.host_ip ?? ""}:${port.port}/${port.protocol} ${port.service}`}>
          <code>{port.host_ip === null ? "" : `${port.host_ip}:`}{port.port}/{port.protocol}</code> <Trans>to {port.service}</Trans>
          {port.conflict !== null && <span className={css.conflict}><Said message={port.conflict} /></span>}
        </li>
      ))}
    </ul>
  );
}

function Variables({ draft }: { draft: WizardDraft }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      <ul className={css.list}>
        {draft.variables.map(({ name, secret, generated }) => (
          <li key={name} className={css.variable}>
            <code>{name}</code>
            <span className={css.soft}>{generated ? t`generated when you save, encrypted, never shown` : secret ? t`encrypted, never shown` : t`plain`}</span>
          </li>
        ))}
      </ul>
      {draft.variables.some(({ generated }) => generated) && (
        <p className={css.soft}><Trans>You read a generated value in the container that has it: the stack’s definition says how.</Trans></p>
      )}
    </>
  );
}

function FindingCounts({ draft }: { draft: WizardDraft }): ReactElement {
  const { t } = useLingui();
  const count = (severity: string) => draft.findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("info")];
  if (draft.model === null) return <span className={css.soft}>{t`known when the definition is complete`}</span>;
  return (
    <span className={css.chips}>
      {errors > 0 && <Chip tone="bad">{plural(errors, { one: "# error", other: "# errors" })}</Chip>}
      {warnings > 0 && <Chip tone="warn">{plural(warnings, { one: "# warning", other: "# warnings" })}</Chip>}
      {notes > 0 && <Chip>{plural(notes, { one: "# note", other: "# notes" })}</Chip>}
      {errors + warnings + notes === 0 && <Chip tone="good">{t`all good`}</Chip>}
    </span>
  );
}

function Changes({ text }: { text: string }): ReactElement {
  return (
    <Panel title={<Trans>What changes in the compose file</Trans>} flush>
      {text === "" ? <p className={css.unchanged}><Trans>Nothing.</Trans></p> : <DiffText text={text} />}
    </Panel>
  );
}
