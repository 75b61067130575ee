import { idempotencyKey } from "@/api/client";
import { createTemplate } from "@/api/generated";
import { refresh } from "@/api/queries";
import { changesOf, countChanges, toDefinition, untouched } from "@/features/definition/draft";
import { LeaveGuard } from "@/features/definition/LeaveGuard";
import { storeDraft } from "@/features/definition/store";
import { useDraft } from "@/features/definition/useDraft";
import { Button } from "@/ui/Button";
import { Page, PageHeader } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { NEW_TEMPLATE, TEMPLATE_BEGINNING } from "./beginning";
import { TemplateSaveBar } from "./TemplateSaveBar";
import { TemplateWorkbench } from "./TemplateWorkbench";

/** A new template, from a compose file that declares parameters. */
export function NewTemplatePage(): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { draft, change, discard } = useDraft(NEW_TEMPLATE, 0);
  const [comment, setComment] = useState("");
  const name = draft.name ?? "";
  const dirty = countChanges(changesOf(draft)) > 0 || name !== "";
  const create = useMutation({
    mutationFn: async () => {
      // A template has no secret variables: the secrets of an instance are parameters.
      const { secret_variables: _none, ...definition } = toDefinition(TEMPLATE_BEGINNING, draft, comment);
      return (await createTemplate({ body: { ...definition, name: name.trim() }, headers: { "Idempotency-Key": idempotencyKey() }, throwOnError: true })).data;
    },
    onSuccess: async ({ template }) => {
      storeDraft(NEW_TEMPLATE, null);
      void refresh(client, ["listTemplates"]);
      await navigate({ to: "/templates/$template", params: { template: template.name }, ignoreBlocker: true });
    },
  });
  const save = () => { if (!create.isPending) create.mutate(); };
  return (
    <Page>
      <PageHeader
        title={<Trans>New template</Trans>}
        meta={<Trans>A compose file that declares parameters. Nothing runs until an instance is launched.</Trans>}
        actions={dirty && <Button look="quiet" onClick={() => discard(0)}><Trans>Start over</Trans></Button>}
      />
      <TemplateWorkbench snapshot={TEMPLATE_BEGINNING} draft={draft} onChange={(next) => change({ ...next, name })} onSave={save} error={create.error} />
      <TemplateSaveBar name={name} onName={(next) => change({ ...draft, name: next })} comment={comment} onComment={setComment} saving={create.isPending} error={create.error} onSave={save}>
        <Trans>Save</Trans>
      </TemplateSaveBar>
      <LeaveGuard dirty={dirty && !create.isPending && !create.isSuccess} inside={null} onDiscard={() => change(untouched(0))} />
    </Page>
  );
}
