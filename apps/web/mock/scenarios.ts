// Where a world begins.
import { crowded } from "./fixtures/crowded";
import { lively } from "./fixtures/lively";
import { firstPolicy } from "./fixtures/policy";
import { secrets } from "./fixtures/secrets";
import { firstToken } from "./fixtures/tokens";
import { guests, users } from "./fixtures/users";
import { admin, type Scenario, type World } from "./world";

export function newWorld(scenario: Scenario, pace = 1): World {
  const now = Date.now();
  const world: World = {
    scenario,
    bornAt: now,
    pace,
    signedIn: scenario !== "signed-out" && scenario !== "set-up" && scenario !== "provider",
    actor: admin,
    setupOpen: scenario === "empty" || scenario === "set-up",
    provider: scenario === "provider" ? "Example" : null,
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
    users: scenario === "empty" || scenario === "set-up" ? [] : users(),
    policy: firstPolicy(),
    secrets: scenario === "empty" || scenario === "set-up" ? [] : secrets(),
    audit: [],
    images: [],
    onDemand: [],
    templates: [],
    listeners: new Set(),
    changes: [],
    seq: 0,
  };
  if (scenario !== "empty" && scenario !== "set-up") lively(world);
  if (scenario === "crowded") crowded(world);
  const guest = guests[scenario];
  if (guest !== undefined) {
    world.users = [...world.users, guest()];
    world.actor = { kind: "user", name: guest().user.name, on_behalf_of: null, token_id: null };
  }
  return world;
}
