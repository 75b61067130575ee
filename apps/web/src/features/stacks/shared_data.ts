// Data that several containers of one service would write to at the same time.

import type { ComposeModel } from "@/api/generated";

/** The volumes and folders that every container of a service mounts and may write to. Anonymous volumes belong to one container each. */
export function sharedData(model: ComposeModel, service: string): string[] {
  const mounts = model.services[service]?.volumes ?? [];
  const shared = mounts.filter(({ type, source, read_only: readOnly }) => (type === "volume" || type === "bind") && readOnly !== true && typeof source === "string" && source !== "");
  return shared.map(({ source }) => source ?? "");
}
