import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, Input } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState, type FormEvent, type ReactElement } from "react";
import { pathProblem, type Files } from "./files";
import { pathProblemText } from "./words";

/** Asks for the path of a new file, or for another one of a file that is there. */
export function PathDialog({ rename, files, onClose, onDone }: {
  /** Null for a new file. */
  rename: string | null;
  files: Files;
  onClose: () => void;
  onDone: (path: string) => void;
}): ReactElement {
  const { t } = useLingui();
  const form = useId();
  const [path, setPath] = useState(rename ?? "");
  const [tried, setTried] = useState(false);
  const problem = path === rename ? null : pathProblem(path, files);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (path === rename) onClose();
    else if (problem === null) onDone(path);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={rename === null ? t`New file` : t`Rename ${rename}`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look="primary" type="submit" form={form}>{rename === null ? <Trans>Add</Trans> : <Trans>Rename</Trans>}</Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field
          label={t`Path in the project folder`}
          help={<Trans>Such as <code>web.env</code>, <code>.env</code> or <code>conf/nginx.conf</code>. The compose file refers to it by this path.</Trans>}
          error={tried && problem !== null && pathProblemText(problem)}
        >
          <Input mono value={path} onValueChange={setPath} autoComplete="off" spellCheck={false} />
        </Field>
      </form>
    </Dialog>
  );
}
