import { showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import { AnchorButton } from "@/ui/AnchorButton";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import type { ReactElement } from "react";
import css from "./OpenLinks.module.css";
import { addressesOf } from "./port";

/** More of them are no help: the services have them all. */
const SHOWN = 3;

/** Where a browser finds what has just been brought: the published ports of a stack, or of one of its services. */
export function OpenLinks({ stackId, version, service }: {
  stackId: string;
  /** The version that was brought; a stack that has another one by now says nothing of it. */
  version: number;
  service?: string | undefined;
}): ReactElement | null {
  const { data: status } = useQuery(showStackStatusOptions({ path: { id: stackId } }));
  if (status === undefined || status.current_version !== version) return null;
  const answering = status.services.filter((each) => each.up > 0 && (service === undefined || each.service === service));
  const addresses = addressesOf(answering.flatMap((each) => each.ports), globalThis.location).slice(0, SHOWN);
  if (addresses.length === 0) return null;
  return (
    <span className={css.links}>
      {addresses.map((address) => (
        <AnchorButton key={address} small href={address} target="_blank" rel="noreferrer" icon={<ExternalLink size={13} aria-hidden />}>
          <Trans>Open {address}</Trans>
        </AnchorButton>
      ))}
    </span>
  );
}
