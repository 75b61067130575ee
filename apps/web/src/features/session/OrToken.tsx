import { TextButton } from "@/ui/TextButton";
import { Trans } from "@lingui/react/macro";
import type { ReactElement, ReactNode } from "react";
import { TokenSignIn } from "./TokenSignIn";

/** A form, or the one for a token in its place. */
export function OrToken({ byToken, onSwitch, back, children }: {
  byToken: boolean;
  onSwitch: (byToken: boolean) => void;
  /** What the way back to the form is called. */
  back: ReactNode;
  children: ReactNode;
}): ReactElement {
  return (
    <>
      {byToken ? <TokenSignIn /> : children}
      <p><TextButton onClick={() => onSwitch(!byToken)}>{byToken ? back : <Trans>Sign in with a token instead</Trans>}</TextButton></p>
    </>
  );
}
