// Which answers a notice of the stream makes stale. The one place where operations meet what changes them.

import type { ChangeTopic } from "@/api/generated";

/** By topic of `CHANGED`, the operations whose answers may be different now. */
export const STALE: Record<ChangeTopic, readonly string[]> = {
  stacks: [
    "showOverview", "listStacks", "showStack", "showStackStatus", "listVersions", "showVersion", "listArtifacts", "listProjects",
    "listOnDemand", "listTemplates", "listInstances", "showRollout", "listSweeps", "listSecrets", "showSecret",
  ],
  commands: ["showOverview", "listStacks", "showStack", "showStackStatus", "showQueue", "listCommands", "showCommand", "listCommandEvents", "listOnDemand", "showOnDemandService", "listInstances", "showRollout", "listSweeps"],
  observation: ["showOverview", "listStacks", "showStack", "showStackStatus", "proposeDefinition", "listStackContainers", "listContainers", "listProjects", "listOnDemand", "listInstances", "showRollout", "listSweeps"],
  host: ["showOverview", "listStacks", "showStackStatus", "listContainers", "listImages", "listVolumes", "listNetworks", "listProjects"],
  registries: ["listRegistries", "showRegistry"],
  secrets: ["listSecrets", "showSecret"],
  sessions: ["listSessions"],
  // Not who is signed in: where a session has ended with its token, one signs in again over the page, and nothing on it is lost.
  tokens: ["listTokens", "listSessions"],
  users: ["listUsers", "showAccount", "listSessions"],
  // The policy, templates, lists of keys and holds have no topic of their own: the audit has an entry for each change of them.
  audit: ["listAudit", "showPolicy", "listTemplates", "showTemplate", "listTemplateVersions", "showKeys", "listInstances", "showRollout", "listSweeps"],
};
