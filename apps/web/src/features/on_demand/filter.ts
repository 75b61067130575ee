// Which services are shown.

import type { OnDemandService } from "@/api/generated";
import { i18n } from "@lingui/core";
import { nameOf } from "./useChange";
import { onDemandLook } from "./words";

type Named = Pick<OnDemandService, "stack_id" | "stack_name" | "service" | "hosts" | "state">;

/** Those whose name, host or state, as it is called here, has every word of the text in it. */
export function matching<Service extends Named>(services: readonly Service[], text: string): Service[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return services.filter((service) => {
    const said = [nameOf(service), ...service.hosts, i18n._(onDemandLook(service).word)].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
