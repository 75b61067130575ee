import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** In place of a part of the application that could not be loaded. */
export function PartMissing(): ReactElement {
  return (
    <Notice tone="bad" live title={<Trans>A part of this page could not be loaded</Trans>} actions={<Button onClick={() => globalThis.location.reload()}><Trans>Load the page again</Trans></Button>}>
      <Trans>The connection was lost for a moment, or the server has been updated.</Trans>
    </Notice>
  );
}
