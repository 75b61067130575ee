import { showComposeSchemaOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CompletionWords } from "./editor/complete";
import { indexSchema, type SchemaIndex } from "./editor/schema";
import { kindsText } from "./words";

/** What completion and hover know about the format; null until it is loaded. Editing works without. */
export function useComposeHelp(): { schema: SchemaIndex; words: CompletionWords } | null {
  const { t, i18n } = useLingui();
  const { data } = useQuery(showComposeSchemaOptions());
  const schema = useMemo(() => (data === undefined ? null : indexSchema(data.attributes)), [data]);
  const declared = t`in this file`;
  const named = t`named secret`;
  const language = i18n.locale === "fr" ? "fr" : "en";
  return useMemo(() => (schema === null ? null : { schema, words: { language, declared, named, kinds: kindsText } }), [schema, language, declared, named]);
}
