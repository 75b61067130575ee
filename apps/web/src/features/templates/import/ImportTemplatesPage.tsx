import { refresh } from "@/api/queries";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Field, TextArea } from "@/ui/Field";
import { FloatingBar } from "@/ui/FloatingBar";
import { Notice } from "@/ui/Notice";
import { Page, PageHeader, Panel } from "@/ui/Page";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp, Save } from "lucide-react";
import { useRef, useState, type ChangeEvent, type FormEvent, type ReactElement, type ReactNode } from "react";
import css from "../Templates.module.css";
import { ConvertedTable } from "./ConvertedTable";
import { changed, chosenOf, convert, NotJson, rowsOf, save, wrongName, type Row } from "./portainer";

/** Templates of Portainer become templates: the server converts a file, and those that are chosen are saved like any other. */
export function ImportTemplatesPage(): ReactElement {
  const client = useQueryClient();
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const change = (id: number, next: Partial<Row>) => setRows((known) => known?.map((row) => (row.id === id ? changed(row, next) : row)) ?? null);
  const read = useMutation({ mutationFn: convert, onSuccess: (items) => setRows(rowsOf(items)) });
  const keep = useMutation({
    mutationFn: async (wanted: readonly Row[]) => {
      // One after the other: what is refused stays chosen, and the others are saved all the same.
      for (const row of wanted) {
        const error = await save(row).then(() => null, (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))));
        change(row.id, { error, saved: error === null });
      }
    },
    onSettled: () => refresh(client, ["listTemplates"]),
  });
  return (
    <Page>
      <PageHeader
        title={<Trans>Import templates</Trans>}
        meta={<Trans>Application templates of Portainer become templates. Nothing is fetched, and nothing is saved before you choose it.</Trans>}
        actions={rows !== null && <Button onClick={() => { setRows(null); read.reset(); }}><Trans>Another file</Trans></Button>}
      />
      {read.isError && (read.error instanceof NotJson ? <Notice tone="bad" live title={<Trans>This is not JSON</Trans>} /> : <ProblemNote error={read.error} />)}
      {rows === null ? <Source reading={read.isPending} onText={(text) => read.mutate(text)} /> : <Panel flush><ConvertedTable rows={rows} saving={keep.isPending} onChange={change} onAll={(chosen) => setRows(rows.map((row) => changed(row, { chosen })))} /></Panel>}
      {rows !== null && <SaveBar rows={rows} saving={keep.isPending} onSave={() => { if (!keep.isPending) keep.mutate(chosenOf(rows)); }} />}
    </Page>
  );
}

/** A file, or its text. */
function Source({ reading, onText }: { reading: boolean; onText: (text: string) => void }): ReactElement {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const open = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file !== undefined) onText(await file.text());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onText(text);
  };
  return (
    <Panel>
      <form className={css.form} onSubmit={submit}>
        <Field label={<Trans>Text of the file</Trans>} help={<Trans>Version 2 or 3. What points to an address, such as a stack in a repository, is listed and left out.</Trans>}>
          <TextArea mono rows={10} value={text} onChange={(event) => setText(event.target.value)} placeholder={'{"version": "3", "templates": [{"type": 1, "title": "Blog", "image": "blog:2"}]}'} />
        </Field>
        <div className={css.buttons}>
          <Button type="submit" look="primary" busy={reading}><Trans>Convert</Trans></Button>
          <Button icon={<FileUp size={14} />} onClick={() => input.current?.click()}><Trans>Open a file…</Trans></Button>
          <input ref={input} type="file" accept=".json" hidden aria-label={t`File of templates`} onChange={(event) => void open(event)} />
        </div>
      </form>
    </Panel>
  );
}

function SaveBar({ rows, saving, onSave }: { rows: readonly Row[]; saving: boolean; onSave: () => void }): ReactElement {
  const { t } = useLingui();
  const count = chosenOf(rows).length;
  return (
    <FloatingBar label={t`Save the templates`}>
      <Button look="primary" icon={<Save size={14} />} busy={saving} disabledReason={useReason(rows)} onClick={onSave}><Plural value={count} one="Save # template" other="Save # templates" /></Button>
    </FloatingBar>
  );
}

/** Why nothing can be saved. */
function useReason(rows: readonly Row[]): ReactNode {
  const { t } = useLingui();
  const wrong = wrongName(rows);
  if (chosenOf(rows).length === 0) return t`Choose templates first`;
  if (wrong === null) return undefined;
  const name = wrong.name === "" ? "–" : wrong.name;
  return wrong.what === "twice" ? t`Two templates are called ${name}` : t`${name} cannot be the name of a template: lower-case letters, digits, - and _, at most 40 characters`;
}
