import { ButtonLink } from "@/app/ButtonLink";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** Back to the choice between the ways to a new stack. */
export function OtherWays(): ReactElement {
  return <ButtonLink to="/stacks/new"><Trans>Other ways to begin</Trans></ButtonLink>;
}
