import { NewPasswordField } from "@/features/session/NewPasswordField";
import { refusalAt } from "@/features/session/refusal";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { AccountDialog, OwnPassword } from "./AccountDialog";
import { useChangePassword } from "./useAccount";

export function PasswordDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const [typed, setTyped] = useState({ password: "", new_password: "" });
  const save = useChangePassword();
  const change = (part: Partial<typeof typed>) => {
    setTyped({ ...typed, ...part });
    if (save.isError) save.reset();
  };
  const done = () => {
    onClose();
    notify({ tone: "good", title: t`The password is changed` });
  };
  return (
    <AccountDialog
      title={t`Change the password`}
      description={t`All your other sessions end.`}
      button={<Trans>Change the password</Trans>}
      busy={save.isPending}
      error={save.error}
      atFields={["wrong-password", "weak-password"]}
      onSubmit={() => save.mutate(typed, { onSuccess: done })}
      onClose={onClose}
    >
      <OwnPassword label={<Trans>Password so far</Trans>} value={typed.password} error={refusalAt(save.error, "wrong-password")} onChange={(password) => change({ password })} />
      <NewPasswordField label={<Trans>New password</Trans>} value={typed.new_password} error={refusalAt(save.error, "weak-password")} onChange={(next) => change({ new_password: next })} />
    </AccountDialog>
  );
}
