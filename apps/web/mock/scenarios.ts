// Where a world begins.
import { crowded } from "./fixtures/crowded";
import { lively } from "./fixtures/lively";
import { firstToken } from "./fixtures/tokens";
import type { Scenario, World } from "./world";

export function newWorld(scenario: Scenario, pace = 1): World {
  const now = Date.now();
  const world: World = {
    scenario,
    bornAt: now,
    pace,
    signedIn: scenario !== "signed-out",
    signIns: 0,
    workerAway: scenario === "away",
    revoked: new Set(),
    stacks: [],
    commands: [],
    events: [],
    runs: [],
    plans: [],
    registries: [],
    tokens: [firstToken()],
    audit: [],
    images: [],
    onDemand: [],
    templates: [],
    listeners: new Set(),
    changes: [],
    seq: 0,
  };
  if (scenario !== "empty") lively(world);
  if (scenario === "crowded") crowded(world);
  return world;
}
