// Data that several containers of one service would write to at the same time.

import type { ComposeModel } from "@/api/generated";

/**
 * The volumes and folders that every container of a service mounts and may write to; null as long as the model is not known, which is
 * not the same as none. Anonymous volumes belong to one container each.
 */
export function sharedData(model: ComposeModel | undefined, service: string): string[] | null {
  if (model === undefined) return null;
  const mounts = model.services[service]?.volumes ?? [];
  const shared = mounts.filter(({ type, source, read_only: readOnly }) => (type === "volume" || type === "bind") && readOnly !== true && typeof source === "string" && source !== "");
  return shared.map(({ source }) => source ?? "");
}
