import { removeKeys, setKeys, type KeyList } from "@/api/generated";
import { refresh } from "@/api/queries";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input, Select, TextArea } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import css from "../Templates.module.css";
import { keysOf } from "./key_text";

const STALE = ["showKeys", "listInstances", "listSweeps"];

/** Says which keys are still wanted, or where they are asked for. */
export function KeysDialog({ template, known, onClose }: { template: string; known: KeyList | null; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const [source, setSource] = useState<"sent" | "polled">(known !== null && known.url === null ? "sent" : "polled");
  const [url, setUrl] = useState(known?.url ?? "");
  const [every, setEvery] = useState(String(known?.every_seconds ?? 60));
  const [text, setText] = useState((known?.keys ?? []).join("\n"));
  const set = useMutation({
    mutationFn: async () => {
      const body = source === "sent" ? { keys: keysOf(text) } : { url: url.trim(), every_seconds: Number(every) };
      await setKeys({ path: { template }, body, throwOnError: true });
    },
    onSuccess: () => {
      void refresh(client, STALE);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate();
  };
  return (
    <Dialog open keepOpen onClose={onClose} title={t`Which instances are still wanted?`} description={t`An instance whose key is not on the list is removed with its volumes after the grace time of the template, unless somebody holds it.`}>
      <form className={css.form} onSubmit={submit}>
        <Field label={<Trans>Source</Trans>}>
          <Select value={source} choices={[{ value: "polled", label: t`The server asks for it` }, { value: "sent", label: t`These keys` }]} onChange={setSource} />
        </Field>
        {source === "polled" ? (
          <>
            <Field label={<Trans>Address</Trans>} help={<Trans>Its answer is a JSON list of keys, or an object with the list as <code>keys</code>.</Trans>}>
              <Input type="url" mono value={url} onValueChange={setUrl} required placeholder="http://site-builder:3000/api/projects/keys" autoComplete="off" />
            </Field>
            <Field label={<Trans>Every so many seconds</Trans>}><Input type="number" min={1} step={1} value={every} onValueChange={setEvery} required /></Field>
          </>
        ) : (
          <Field label={<Trans>Keys</Trans>} help={<Trans>All of them, one on a line. An instance that is missing here is removed.</Trans>}>
            <TextArea mono rows={8} value={text} onChange={(event) => setText(event.target.value)} />
          </Field>
        )}
        {set.isError && <ProblemNote error={set.error} />}
        <div className={`${css.buttons} ${css.end}`}>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" look="primary" busy={set.isPending}><Trans>Save</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Without a list nothing is removed because of its key. */
export function KeepAllDialog({ template, onClose }: { template: string; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      await removeKeys({ path: { template }, throwOnError: true });
    },
    onSuccess: () => {
      void refresh(client, STALE);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Keep all instances of ${template}?`}
      description={t`The list of keys is removed. Instances that were missing from it stay.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" busy={remove.isPending} onClick={() => remove.mutate()}><Trans>Keep all instances</Trans></Button>
        </>
      }
    >
      {remove.isError && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
