import { useLingui } from "@lingui/react/macro";
import { Check, Copy as Icon } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { IconButton } from "./Button";
import css from "./Copy.module.css";

/** Puts a text into the clipboard; also over plain http, where the browser has no clipboard interface. */
export async function copyText(text: string): Promise<boolean> {
  if (globalThis.isSecureContext && "clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the person or the browser; the older way may still work.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  (document.activeElement?.closest("[role=dialog]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** A button that copies a text and says so. */
export function CopyButton({ text, label }: { text: string; label?: string }): ReactElement {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      small
      label={copied ? t`Copied` : (label ?? t`Copy`)}
      icon={copied ? <Check size={14} /> : <Icon size={14} />}
      onClick={() => void copyText(text).then(setCopied)}
    />
  );
}

/** A short text in the machine's own words, with a button that copies it. Of a long one that is cut, `whole` is what is copied, and shown on hover. */
export function Code({ children, whole, copy = true }: { children: string; whole?: string; copy?: boolean }): ReactElement {
  return (
    <span className={css.code} title={whole}>
      <code>{children}</code>
      {copy && <CopyButton text={whole ?? children} />}
    </span>
  );
}
