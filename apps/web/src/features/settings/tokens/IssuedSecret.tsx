import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { CopyField } from "../CopyField";

/** The only time that a secret is seen. */
export function IssuedSecret({ secret }: { secret: string }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      <Notice tone="warn"><p><Trans>Copy the secret now and keep it somewhere safe. It is not stored here, so it will not be shown again.</Trans></p></Notice>
      <CopyField
        label={<Trans>Secret</Trans>}
        help={<Trans>Programs send it in the header <code>Authorization: Bearer</code>.</Trans>}
        value={secret}
        copied={t`The secret is in the clipboard.`}
        refused={t`The browser did not allow copying. The secret is selected: copy it with the keyboard.`}
      />
    </>
  );
}
