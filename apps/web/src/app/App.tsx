import { mayNow } from "@/access/useMay";
import type { Session } from "@/api/generated";
import { showAccountOptions, showQueueOptions } from "@/api/generated/@tanstack/react-query.gen";
import { atMost, createQueryClient } from "@/api/queries";
import { sessionQuery, setupQuery } from "@/features/session/api";
import { loadSignInPage, SignInPage } from "@/features/session/lazy";
import { linkKind } from "@/features/session/secret_link";
import { SignInAgain } from "@/features/session/SignInAgain";
import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Toaster } from "@/ui/Toaster";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { LiveProvider } from "./live/Live";
import { createAppRouter } from "./router";

const queries = createQueryClient();
const router = createAppRouter(queries);

/** Whether the page to sign in stands in place of the application. Who comes back from the provider signs in, whoever was there before. */
const signsIn = (session: Session | null | undefined): boolean => session === null || linkKind() === "provider";

/** Gets who is there, the page and what is around it, so that the first screen is drawn once. What is late, the page waits for. */
export async function prepare(): Promise<void> {
  await queries.prefetchQuery(sessionQuery);
  const session = queries.getQueryData(sessionQuery.queryKey);
  // What fails is said by the page itself.
  if (signsIn(session)) await atMost(Promise.allSettled([loadSignInPage(), queries.prefetchQuery(setupQuery)]));
  else if (session) {
    // What somebody may do decides what is asked for.
    await queries.prefetchQuery(showAccountOptions());
    await Promise.allSettled([router.load(), mayNow(queries, "show_queue") ? atMost(queries.prefetchQuery(showQueueOptions())) : null]);
  }
}

export function App(): ReactElement {
  return (
    // The policy of the server allows no `<style>` elements; the rules that Base UI would add are in our own files.
    <CSPProvider disableStyleElements>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <Tooltip.Provider delay={400}>
            <Gate />
            <SignInAgain />
            <Toaster />
          </Tooltip.Provider>
        </QueryClientProvider>
      </I18nProvider>
    </CSPProvider>
  );
}

/** Nothing of the application is mounted before it is known who is there. */
function Gate(): ReactElement | null {
  const session = useQuery(sessionQuery);
  const account = useQuery({ ...showAccountOptions(), enabled: Boolean(session.data) });
  if (session.isPending) return null;
  if (session.isError) {
    return (
      <Page>
        <ProblemNote error={session.error} actions={<Button onClick={() => void session.refetch()}><Trans>Try again</Trans></Button>} />
      </Page>
    );
  }
  if (signsIn(session.data)) return <SignInPage />;
  if (account.isPending) return null;
  return (
    <LiveProvider>
      <RouterProvider router={router} />
    </LiveProvider>
  );
}
