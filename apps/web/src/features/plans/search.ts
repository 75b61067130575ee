// Which plan a page shows. It lives in the address: `plan` is one that was made, the rest is what to make one for.

import type { PlanPurpose } from "@/api/generated";

export interface PlanSearch {
  version?: number;
  purpose?: "apply" | "rollback";
  /** Services whose containers are replaced even if nothing has changed. */
  recreate?: string[];
  /** A plan that was made: it is shown as it is, however old. */
  plan?: string;
}

export function parsePlanSearch(search: Record<string, unknown>): PlanSearch {
  const { version, purpose, recreate, plan } = search;
  const services = (Array.isArray(recreate) ? recreate : [recreate]).filter((each): each is string => typeof each === "string" && each !== "");
  return {
    ...(typeof version === "number" && Number.isInteger(version) && version > 0 && { version }),
    ...((purpose === "apply" || purpose === "rollback") && { purpose }),
    ...(services.length > 0 && { recreate: services }),
    ...(typeof plan === "string" && plan !== "" && { plan }),
  };
}

export interface Goal {
  version: number;
  purpose: "apply" | "rollback";
  recreate: readonly string[];
}

/** What to plan for: what the address says, else the newest version. Going to an older one than the applied is a rollback. */
export function goalOf(search: PlanSearch, stack: { latest_version: number; current_version: number | null }): Goal {
  const version = search.version ?? stack.latest_version;
  const back = stack.current_version !== null && version < stack.current_version;
  return { version, purpose: search.purpose ?? (back ? "rollback" : "apply"), recreate: search.recreate ?? [] };
}

export function purposeOf(purpose: PlanPurpose | null): "apply" | "rollback" | null {
  return purpose === "apply" || purpose === "rollback" ? purpose : null;
}
