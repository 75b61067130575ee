import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { CopyField } from "../CopyField";

/** The only time that the link of an invitation is seen. */
export function InvitationLink({ name, secret }: { name: string; secret: string }): ReactElement {
  const { t } = useLingui();
  return (
    <>
      <Notice tone="warn"><p><Trans>Send the link to {name} now, and to nobody else: whoever opens it first chooses the password. It is not stored here, so it will not be shown again.</Trans></p></Notice>
      <CopyField
        label={<Trans>Link of the invitation</Trans>}
        help={<Trans>It can be used once, within seven days.</Trans>}
        value={`${globalThis.location.origin}/invitation#${secret}`}
        copied={t`The link is in the clipboard.`}
        refused={t`The browser did not allow copying. The link is selected: copy it with the keyboard.`}
      />
    </>
  );
}
