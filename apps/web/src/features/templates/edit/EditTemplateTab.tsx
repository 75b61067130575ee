import { idempotencyKey } from "@/api/client";
import { saveTemplateVersion, type TemplateDetails } from "@/api/generated";
import { refresh } from "@/api/queries";
import { toDefinition, type Snapshot } from "@/features/definition/draft";
import { LeaveGuard } from "@/features/definition/LeaveGuard";
import { withBytesFrom } from "@/features/definition/snapshot";
import { useDraft, type Editing } from "@/features/definition/useDraft";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Page";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTemplate } from "../template";
import { draftKey } from "./beginning";
import { readBytes, templateSnapshotQuery } from "./template_snapshot";
import { TemplateSaveBar } from "./TemplateSaveBar";
import { TemplateWorkbench } from "./TemplateWorkbench";

/** The next version of a template, on top of the newest one. */
export function EditTemplateTab(): ReactElement {
  const { t } = useLingui();
  const template = useTemplate();
  const editing = useDraft(draftKey(template.name), template.latest_version);
  const base = useQuery(templateSnapshotQuery(template.name, editing.draft.base));
  if (base.data !== undefined) return <Editor key={editing.draft.base} template={template} snapshot={base.data} editing={editing} />;
  if (!base.isError) return <Panel flush><Skeleton lines={14} label={t`Loading the definition`} /></Panel>;
  return <ProblemNote error={base.error} actions={<Button onClick={() => void base.refetch()}><Trans>Try again</Trans></Button>} />;
}

function Editor({ template, snapshot, editing }: { template: TemplateDetails; snapshot: Snapshot; editing: Editing }): ReactElement {
  const { t } = useLingui();
  const { name, latest_version: latest } = template;
  const { draft, dirty, change, discard } = editing;
  const [comment, setComment] = useState("");
  const save = useSaveVersion(name, snapshot, editing);
  const press = () => { if (dirty && !save.isPending) save.mutate(comment); };
  const next = latest + 1;
  const behind = dirty && draft.base < latest;
  return (
    <>
      {behind && (
        <Notice tone="warn" live title={<Trans>v{latest} was saved while you were editing v{draft.base}</Trans>} actions={<Button small look="danger" onClick={() => discard(latest)}><Trans>Discard the draft</Trans></Button>}>
          <p><Trans>It cannot be saved on top of a version that it does not know. Take over what you need, and begin again from the newest version.</Trans></p>
        </Notice>
      )}
      <TemplateWorkbench snapshot={snapshot} draft={draft} onChange={change} onSave={press} error={save.error} />
      <TemplateSaveBar name={name} comment={comment} onComment={setComment} saving={save.isPending} error={save.error} onSave={press} disabledReason={dirty ? undefined : t`Nothing has been changed`}>
        <Trans>Save as v{next}</Trans>
      </TemplateSaveBar>
      <LeaveGuard dirty={dirty && !save.isPending && !save.isSuccess} inside={`/templates/${name}`} onDiscard={() => discard(latest)} />
    </>
  );
}

function useSaveVersion(template: string, snapshot: Snapshot, { draft, discard }: Editing) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (comment: string) => {
      const read = (version: number, path: string) => readBytes(template, version, path);
      const { secret_variables: _none, ...body } = toDefinition(await withBytesFrom(snapshot, read), await withBytesFrom(draft, read), comment);
      return (await saveTemplateVersion({ path: { template }, body, headers: { "If-Match": `"v${draft.base}"`, "Idempotency-Key": idempotencyKey() }, throwOnError: true })).data;
    },
    onSuccess: async ({ version: { version } }) => {
      discard(version);
      notify({ tone: "good", title: t`Saved as v${version}`, text: t`New instances are made from it. Those that there are stay as they are until they are upgraded.` });
      void refresh(client, ["listTemplates", "showTemplate", "listTemplateVersions"]);
      await navigate({ to: "/templates/$template/versions", params: { template }, ignoreBlocker: true });
    },
  });
}
