import { useMay } from "@/access/useMay";
import { deleteTemplate, type TemplateDetails } from "@/api/generated";
import { refresh } from "@/api/queries";
import { ProblemNote } from "@/text/ProblemNote";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, FilePen, Trash2 } from "lucide-react";
import { useState, type ReactElement } from "react";

/** What is done less often to a template. */
export function TemplateMenu({ template: { name } }: { template: TemplateDetails }): ReactElement {
  const { t } = useLingui();
  const navigate = useNavigate();
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu
        trigger={<IconButton label={t`Actions for ${name}`} icon={<Ellipsis size={16} />} look="default" />}
        entries={[
          { id: "edit", label: t`New version…`, icon: <FilePen size={14} />, disabledReason: may("save_template_version", name), onSelect: () => void navigate({ to: "/templates/$template/edit", params: { template: name } }) },
          { id: "delete", label: t`Delete…`, icon: <Trash2 size={14} />, danger: true, disabledReason: may("delete_template", name), onSelect: () => setDeleting(true) },
        ]}
      />
      {deleting && <DeleteTemplateDialog name={name} onClose={() => setDeleting(false)} />}
    </>
  );
}

function DeleteTemplateDialog({ name, onClose }: { name: string; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: async () => {
      await deleteTemplate({ path: { template: name }, throwOnError: true });
    },
    onSuccess: async () => {
      await navigate({ to: "/templates" });
      void refresh(client, ["listTemplates", "listAudit"]);
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Delete the template ${name}?`}
      description={t`All its versions go with it. A template that has instances is not deleted: remove them first.`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Keep the template</Trans></Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}><Trans>Delete</Trans></Button>
        </>
      }
    >
      {remove.isError && <ProblemNote error={remove.error} />}
    </Dialog>
  );
}
