// Which answers a notice of the stream makes stale. The one place where operations meet what changes them.

import type { ChangeTopic } from "@/api/generated";

/** By topic of `CHANGED`, the operations whose answers may be different now. */
export const STALE: Record<ChangeTopic, readonly string[]> = {
  stacks: [
    "showOverview", "listStacks", "showStack", "showStackStatus", "listVersions", "showVersion", "listArtifacts", "listProjects",
    "listOnDemand",
  ],
  commands: ["showOverview", "listStacks", "showStack", "showStackStatus", "showQueue", "listCommands", "showCommand", "listCommandEvents", "listOnDemand", "showOnDemandService"],
  observation: ["showOverview", "listStacks", "showStack", "showStackStatus", "proposeDefinition", "listStackContainers", "listContainers", "listProjects", "listOnDemand"],
  host: ["showOverview", "listStacks", "showStackStatus", "listContainers", "listImages", "listVolumes", "listNetworks", "listProjects"],
  registries: ["listRegistries", "showRegistry"],
  sessions: ["listSessions"],
  tokens: ["listSessions", "showSession"],
  audit: ["listAudit"],
};
