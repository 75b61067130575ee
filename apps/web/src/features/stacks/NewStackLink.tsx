import { useMay } from "@/access/useMay";
import { ButtonLink } from "@/app/ButtonLink";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** On to the ways to a new stack, for those who may make one. */
export function NewStackLink(): ReactElement {
  const may = useMay();
  return <ButtonLink to="/stacks/new" look="primary" disabledReason={may("create_stack")}><Trans>New stack</Trans></ButtonLink>;
}
