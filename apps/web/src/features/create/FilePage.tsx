import { changesOf, countChanges, filesOf, putFile, toDefinition, untouched } from "@/features/definition/draft";
import { contentOf } from "@/features/definition/files";
import { LeaveGuard } from "@/features/definition/LeaveGuard";
import { storeDraft } from "@/features/definition/store";
import { useDraft } from "@/features/definition/useDraft";
import { Workbench } from "@/features/definition/Workbench";
import { Button } from "@/ui/Button";
import { Page, PageHeader } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { FileUp } from "lucide-react";
import { useRef, type ChangeEvent, type ReactElement } from "react";
import { BEGINNING, NEW, stackName } from "./beginning";
import { useCreate } from "./create";
import { CreateBar } from "./CreateBar";
import { OtherWays } from "./OtherWays";

/** A new stack from a compose file, written here or read from a file. */
export function FilePage(): ReactElement {
  const { t } = useLingui();
  const { draft, change, discard } = useDraft(NEW, 0);
  const name = draft.name ?? "";
  const dirty = countChanges(changesOf(draft)) > 0 || name !== "";
  const create = useCreate(() => storeDraft(NEW, null));
  const save = (plan: boolean) => {
    if (create.isPending) return;
    create.mutate({ stack: { kind: "definition", definition: toDefinition(BEGINNING, draft, ""), name }, plan });
  };
  const compose = filesOf(BEGINNING, draft)["compose.yaml"];
  return (
    <Page>
      <PageHeader
        title={<Trans>New stack from a compose file</Trans>}
        actions={
          <>
            <OtherWays />
            {dirty && <Button look="quiet" onClick={() => discard(0)}><Trans>Start over</Trans></Button>}
            <OpenButton onText={(file, text) => change({ ...putFile(BEGINNING, draft, "compose.yaml", { kind: "text", text, executable: false }), name: name === "" ? nameIn(text, file) : name })} />
          </>
        }
      />
      <Workbench name={name === "" ? null : name} snapshot={BEGINNING} model={null} draft={draft} onChange={(next) => change({ ...next, name })} onSave={() => save(false)} />
      <CreateBar
        name={name}
        onName={(next) => change({ ...draft, name: next })}
        placeholder={compose?.kind === "text" ? (/^name:\s*["']?([\w-]+)/m.exec(compose.text)?.[1] ?? t`such as shop`) : undefined}
        saving={create.isPending}
        error={create.error}
        onSave={save}
      />
      <LeaveGuard dirty={dirty && !create.isPending && !create.isSuccess} inside={null} onDiscard={() => change(untouched(0))} />
    </Page>
  );
}

/** The name that a file gives itself; else what its own name says, unless that is what every compose file is called. */
function nameIn(text: string, file: string): string {
  if (/^name:/m.test(text)) return "";
  const own = stackName(file.replace(/\.ya?ml$/i, ""));
  return /^(docker-)?compose\b/.test(own) ? "" : own;
}

function OpenButton({ onText }: { onText: (file: string, text: string) => void }): ReactElement {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file === undefined) return;
    const content = contentOf(new Uint8Array(await file.arrayBuffer()), false);
    if (content.kind === "text") onText(file.name, content.text);
  };
  return (
    <>
      <Button icon={<FileUp size={14} />} onClick={() => input.current?.click()}><Trans>Open a file…</Trans></Button>
      <input ref={input} type="file" accept=".yml,.yaml" hidden aria-label={t`Compose file to open`} onChange={(event) => void read(event)} />
    </>
  );
}
