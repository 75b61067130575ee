import type { Actor } from "@/api/generated";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";

/** Who did something, and for whom. */
export function ActorName({ actor }: { actor: Actor }): ReactElement {
  if (actor.on_behalf_of === null) return <>{actor.name}</>;
  return <Trans>{actor.name} for {actor.on_behalf_of.name}</Trans>;
}
