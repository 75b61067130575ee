// Texts that the server has in every language, such as those of the catalogue.

import type { CatalogText } from "@/api/generated";
import { i18n } from "@lingui/core";

/** The text in the language of the page. */
export function translated(text: CatalogText): string {
  return i18n.locale === "fr" ? text.fr : text.en;
}
