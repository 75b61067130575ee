import { convertDockerRun, type ConvertedDefinition, type Message } from "@/api/generated";
import { loadDraft } from "@/features/definition/store";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { CodeView } from "@/ui/code/lazy";
import { Field, TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { PencilLine } from "lucide-react";
import { useState, type FormEvent, type ReactElement } from "react";
import { beginWith, NEW } from "./beginning";
import { useCreate } from "./create";
import { CreateBar } from "./CreateBar";
import { sortedNotes } from "./notes";
import { OtherWays } from "./OtherWays";
import css from "./Create.module.css";

const EXAMPLE = "docker run -d --name blog \\\n  -p 127.0.0.1:8080:80 -v content:/var/www/html \\\n  -e TITLE=\"Our blog\" wordpress:6.7";

/** A new stack from a line that somebody would type: it becomes a compose file, and what does not carry over is said. */
export function DockerRunPage(): ReactElement {
  const { t } = useLingui();
  const [command, setCommand] = useState("");
  const convert = useMutation({ mutationFn: async (line: string) => (await convertDockerRun({ body: { command: line }, throwOnError: true })).data });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (command.trim() !== "") convert.mutate(command);
  };
  return (
    <Page>
      <PageHeader title={<Trans>New stack from a docker run line</Trans>} actions={<OtherWays />} />
      <Panel>
        <form className={css.form} onSubmit={submit}>
          <Field label={t`The command as you would type it`} help={<Trans>With quotes and backslashes at line ends. It is read, never run.</Trans>}>
            <TextArea mono rows={5} placeholder={EXAMPLE} value={command} onChange={(event) => setCommand(event.target.value)} />
          </Field>
          {convert.isError && <ProblemNote error={convert.error} />}
          <span><Button type="submit" look={convert.data === undefined ? "primary" : "default"} busy={convert.isPending} disabledReason={command.trim() === "" ? t`Paste a command first` : undefined}><Trans>Make a compose file</Trans></Button></span>
        </form>
      </Panel>
      {convert.data !== undefined && <Converted key={convert.data.compose} converted={convert.data} suggested={/--name[= ](\S+)/.exec(command)?.[1] ?? ""} />}
    </Page>
  );
}

function Converted({ converted, suggested }: { converted: ConvertedDefinition; suggested: string }): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [name, setName] = useState(suggested);
  const [replaces] = useState(() => loadDraft(NEW) !== null);
  const create = useCreate();
  const { look, known } = sortedNotes(converted.notes);
  const edit = () => {
    beginWith(name, converted.compose);
    void navigate({ to: "/stacks/new/file" });
  };
  return (
    <>
      {look.length > 0 && <Notice tone="warn" title={<Trans>Look at this before you save</Trans>}><Notes notes={look} /></Notice>}
      {known.length > 0 && <Notice tone="calm"><Notes notes={known} /></Notice>}
      <Panel title={<Trans>Compose file</Trans>} flush><CodeView text={converted.compose} label={t`The compose file`} /></Panel>
      <CreateBar
        name={name}
        onName={setName}
        placeholder={t`such as blog`}
        saving={create.isPending}
        error={create.error}
        extra={
          <Button icon={<PencilLine size={14} />} onClick={edit}>
            {replaces ? <Trans>Edit it, in place of the draft there is</Trans> : <Trans>Edit it first</Trans>}
          </Button>
        }
        onSave={(plan) => create.mutate({ stack: { kind: "definition", definition: { compose: converted.compose }, name }, plan })}
      />
    </>
  );
}

function Notes({ notes }: { notes: readonly Message[] }): ReactElement {
  return <ul className={css.notes}>{notes.map((note) => <li key={note.text}><Said message={note} /></li>)}</ul>;
}
