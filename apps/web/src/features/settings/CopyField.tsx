import { Button } from "@/ui/Button";
import { copyText } from "@/ui/Copy";
import { Field, Input } from "@/ui/Field";
import { Trans } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import css from "./tokens/Tokens.module.css";

/** A text that is to be taken along, selected, with a button that copies it. */
export function CopyField({ label, help, value, copied, refused }: {
  label: ReactNode;
  help?: ReactNode;
  value: string;
  /** What is said once it is copied, and where the browser does not allow that. */
  copied: string;
  refused: string;
}): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState<boolean | null>(null);
  // What had the focus has gone with the question before.
  useEffect(() => field.current?.select(), []);
  const copy = async () => {
    const allowed = await copyText(value);
    setDone(allowed);
    // Ready to be copied by hand.
    if (!allowed) field.current?.select();
  };
  return (
    <>
      <Field label={label} help={help}>
        <span className={css.secret}>
          <Input ref={field} mono readOnly value={value} autoComplete="off" spellCheck={false} onFocus={(event) => event.target.select()} />
          <Button icon={done === true ? <Check size={14} /> : <Copy size={14} />} onClick={() => void copy()}><Trans>Copy</Trans></Button>
        </span>
      </Field>
      <p role="status" className={css.soft}>{done === null ? "" : done ? copied : refused}</p>
    </>
  );
}
