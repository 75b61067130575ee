import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useLingui } from "@lingui/react/macro";
import { useRef, type ReactElement, type ReactNode } from "react";
import { IconButton } from "./Button";
import { classes } from "./classes";
import css from "./Dialog.module.css";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** One or two sentences under the title: what this is about. */
  description?: ReactNode;
  children: ReactNode;
  /** The buttons, the safe one first. */
  footer?: ReactNode;
  wide?: boolean;
  /** Where something typed would be lost, only its buttons close it. */
  keepOpen?: boolean;
}

/** A dialog over the page. The focus goes into it and returns to where it was. */
export function Dialog({ open, onClose, title, description, children, footer, wide, keepOpen }: DialogProps): ReactElement {
  const { t } = useLingui();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} disablePointerDismissal={keepOpen} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Base.Portal>
        <Base.Backdrop className={css.backdrop} />
        <Base.Viewport className={css.viewport}>
          <Base.Popup ref={popup} initialFocus={() => firstOf(popup.current)} className={classes(css.popup, wide === true && css.wide)}>
            <header className={css.header}>
              <Base.Title className={css.title}>{title}</Base.Title>
              <IconButton label={t`Close`} icon={<X size={16} />} small onClick={onClose} />
            </header>
            {description !== undefined && <Base.Description className={css.description}>{description}</Base.Description>}
            <div className={css.body} data-body>{children}</div>
            {footer !== undefined && <footer className={css.footer} data-footer>{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where the work begins: the first field, else the first button below, which is the safe one, else the dialog. Not the button that closes. */
function firstOf(popup: HTMLElement | null): HTMLElement | boolean {
  const fields = "[data-body] :is(input, select, textarea, [role=checkbox], [role=radio][tabindex='0']):not([aria-hidden=true])";
  return popup?.querySelector<HTMLElement>(fields) ?? popup?.querySelector<HTMLElement>("[data-footer] button") ?? popup ?? true;
}
