// Signing in is loaded when somebody has to: whoever is signed in already does not wait for it.

import { PartMissing } from "@/app/PartMissing";
import { lazy, Suspense, type ComponentProps, type ReactElement } from "react";
import type { SignInForm as Form } from "./SignInForm";

export const loadSignInPage = () => import("./SignInPage");
export const loadSignInForm = () => import("./SignInForm");

const instead = () => ({ default: PartMissing });
const Page = lazy(() => loadSignInPage().then(({ SignInPage: page }) => ({ default: page }), instead));
const LazyForm = lazy<typeof Form>(() => loadSignInForm().then(({ SignInForm: form }) => ({ default: form }), instead));

export function SignInPage(): ReactElement {
  return <Suspense fallback={null}><Page /></Suspense>;
}

export function SignInForm(props: ComponentProps<typeof Form>): ReactElement {
  return <Suspense fallback={null}><LazyForm {...props} /></Suspense>;
}
