import { refusalAt } from "@/features/session/refusal";
import { notify } from "@/ui/Toaster";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { AccountDialog, OwnPassword } from "./AccountDialog";
import { useRemoveTotp } from "./useAccount";

export function RemoveTotpDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const remove = useRemoveTotp();
  const done = () => {
    onClose();
    notify({ tone: "good", title: t`One-time codes are off` });
  };
  return (
    <AccountDialog
      title={t`Switch off one-time codes?`}
      description={t`The password alone is enough to sign in then.`}
      button={<Trans>Switch off</Trans>}
      danger
      busy={remove.isPending}
      error={remove.error}
      atFields={["wrong-password"]}
      onSubmit={() => remove.mutate(password, { onSuccess: done })}
      onClose={onClose}
    >
      <OwnPassword label={<Trans>Your password</Trans>} value={password} error={refusalAt(remove.error, "wrong-password")} onChange={(next) => { setPassword(next); if (remove.isError) remove.reset(); }} />
    </AccountDialog>
  );
}
