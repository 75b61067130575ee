// The template whose page is open, for everything below its layout.

import type { TemplateDetails } from "@/api/generated";
import { createContext, use } from "react";

export const TemplateContext = createContext<TemplateDetails | null>(null);

/** The template of the page. Only below `TemplateLayout`, which shows nothing else until it is there. */
export function useTemplate(): TemplateDetails {
  const template = use(TemplateContext);
  if (template === null) throw new Error("`useTemplate` is for what stands inside the page of a template");
  return template;
}
