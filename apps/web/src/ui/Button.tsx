import { Tooltip } from "@base-ui/react/tooltip";
import { LoaderCircle } from "lucide-react";
import { useId, useState, type ComponentProps, type MouseEvent, type ReactElement, type ReactNode } from "react";
import { classes } from "./classes";
import css from "./Button.module.css";

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  /** `primary` is what the page is for, once at most; `danger` takes something away for good. */
  look?: "primary" | "default" | "quiet" | "danger";
  small?: boolean;
  icon?: ReactNode;
  /** While it works: the label stays, so that nothing moves. */
  busy?: boolean;
  /**
   * Why it cannot be pressed now. The button stays in place, can be reached with the keyboard, and says the reason: a button
   * that vanishes or is grey without a word leaves people guessing.
   */
  disabledReason?: ReactNode;
}

export function Button({ look = "default", small, icon, busy, disabledReason, onClick, ...rest }: ButtonProps): ReactElement {
  const reason = useId();
  // A finger points at nothing: there the reason comes with the press.
  const [told, setTold] = useState(false);
  const off = disabledReason !== undefined && disabledReason !== null && disabledReason !== false;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (!off && busy !== true) {
      onClick?.(event);
      return;
    }
    event.preventDefault();
    if (off) setTold(true);
  };
  const button = (
    <button
      type="button"
      {...rest}
      onClick={press}
      aria-disabled={off || busy === true || undefined}
      aria-describedby={off ? reason : rest["aria-describedby"]}
      aria-busy={busy === true || undefined}
      className={classes(css.button, css[look], small === true && css.small, rest.children === undefined && css.square, rest.className)}
    >
      {busy === true ? <LoaderCircle size={15} className={css.spin} aria-hidden /> : icon}
      {rest.children}
    </button>
  );
  if (!off) return button;
  return (
    <>
      <Hint text={disabledReason} open={told} onOpen={setTold}>{button}</Hint>
      {/* What is shown when it is pointed at is read out with it. */}
      <span id={reason} hidden>{disabledReason}</span>
    </>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
}

/** A button with a picture alone; its name appears when it is pointed at or focused. */
export function IconButton({ label, look = "quiet", ...rest }: IconButtonProps): ReactElement {
  const button = <Button {...rest} look={look} aria-label={label} />;
  return rest.disabledReason === undefined || rest.disabledReason === null ? <Hint text={label}>{button}</Hint> : button;
}

/** Shows a text while its child is pointed at or has the focus. */
export function Hint({ text, open, onOpen, children }: {
  text: ReactNode;
  /** Given by who else shows it. */
  open?: boolean;
  onOpen?: (open: boolean) => void;
  children: ReactElement<Record<string, unknown>>;
}): ReactElement {
  return (
    <Tooltip.Root {...(open !== undefined && { open })} onOpenChange={onOpen}>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={css.positioner}>
          <Tooltip.Popup className={css.hint}>{text}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
