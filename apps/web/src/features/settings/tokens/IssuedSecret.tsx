import { copyText } from "@/ui/Copy";
import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Trans, useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState, type ReactElement } from "react";
import css from "./Tokens.module.css";

/** The only time that a secret is seen. */
export function IssuedSecret({ secret }: { secret: string }): ReactElement {
  const { t } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  // What had the focus has gone with the question before.
  useEffect(() => field.current?.select(), []);
  const copy = async () => {
    const done = await copyText(secret);
    setCopied(done);
    // Ready to be copied by hand.
    if (!done) field.current?.select();
  };
  return (
    <>
      <Notice tone="warn"><p><Trans>Copy the secret now and keep it somewhere safe. It is not stored here, so it will not be shown again.</Trans></p></Notice>
      <Field label={<Trans>Secret</Trans>} help={<Trans>Programs send it in the header <code>Authorization: Bearer</code>.</Trans>}>
        <span className={css.secret}>
          <Input ref={field} mono readOnly value={secret} autoComplete="off" spellCheck={false} onFocus={(event) => event.target.select()} />
          <Button icon={copied === true ? <Check size={14} /> : <Copy size={14} />} onClick={() => void copy()}><Trans>Copy</Trans></Button>
        </span>
      </Field>
      <p role="status" className={css.soft}>
        {copied === true && t`The secret is in the clipboard.`}
        {copied === false && t`The browser did not allow copying. The secret is selected: copy it with the keyboard.`}
      </p>
    </>
  );
}
