import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactElement } from "react";
import { ButtonLink } from "./ButtonLink";
import { PartMissing } from "./PartMissing";
import { partsAreMissing } from "./parts";
import { Shell } from "./shell/Shell";

export interface RouterContext {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Shell, notFoundComponent: NotFound });

function NotFound(): ReactElement {
  return (
    <Page>
      <Empty page icon={<Compass size={28} />} title={<Trans>There is no such page</Trans>} actions={<ButtonLink to="/"><Trans>To the overview</Trans></ButtonLink>}>
        <Trans>The address may be mistyped, or what it led to has been deleted.</Trans>
      </Empty>
    </Page>
  );
}

/** Shown in place of a page that failed: the rest of the application goes on. */
export function PageFailed({ error }: { error: unknown }): ReactElement {
  const router = useRouter();
  if (partsAreMissing()) {
    return (
      <Page>
        <PartMissing />
      </Page>
    );
  }
  return (
    <Page>
      <ProblemNote error={error} actions={<Button onClick={() => void router.invalidate()}><Trans>Try again</Trans></Button>} />
    </Page>
  );
}
