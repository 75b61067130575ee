import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ActorName } from "@/text/ActorName";
import { Ago } from "@/text/Ago";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

/** Who saved a version, when and why. */
export function Author({ stackId, version }: { stackId: string; version: number }): ReactElement | null {
  const { data } = useQuery(showVersionOptions({ path: { id: stackId, version } }));
  if (data === undefined) return null;
  const { author, comment, created_at: at } = data.metadata;
  return comment === "" ? (
    <Trans>By <ActorName actor={author} />, <Ago at={at} />.</Trans>
  ) : (
    <Trans>By <ActorName actor={author} />, <Ago at={at} />: “{comment}”</Trans>
  );
}
