import { ApiError } from "@/api/problem";
import { Said } from "@/text/said";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";

/** What a field says of the refusal if the refusal is about it: its code is one of the problem or of the sentence. */
export function refusalAt(error: Error | null, ...codes: readonly string[]): ReactNode {
  return isAbout(error, codes) && error.said !== null ? <Said message={error.said} /> : undefined;
}

export function isAbout(error: Error | null, codes: readonly string[]): error is ApiError {
  return error instanceof ApiError && [error.code, error.said?.code].some((code) => codes.includes(code ?? ""));
}

/** The form in which the field that was refused gets the focus. */
export function useRefusedForm(error: Error | null): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return form;
}
