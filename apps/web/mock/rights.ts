// Who may do what in the mock: the rule of the pages, on the grants of whoever is signed in. The server has its own.
import { missing, type Operation } from "../src/access/rights";
import { access } from "../src/api/generated/access.gen";
import type { Grant } from "../src/api/generated/types.gen";
import { Refusal, type OperationName } from "./api";
import { allContainers } from "./containers";
import { findUser } from "./handlers/users";
import { said } from "./said";
import type { World } from "./world";

const everything: Grant[] = [{ role: "administrator", permissions: [], stacks: null }];

/** What was granted to whoever is signed in: the holder of a token may do everything. */
export function grantsOf(world: World): readonly Grant[] {
  return (world.actor.kind === "user" ? findUser(world, world.actor.name)?.user.grants : undefined) ?? everything;
}

/** The stack or template that a request is about, by the ids in its path. */
function meantBy(world: World, path: Record<string, unknown>): { name: string; labels: Record<string, string> } | null {
  if (typeof path["template"] === "string") return { name: path["template"], labels: {} };
  const id = path["id"];
  const command = world.commands.find((one) => one.command_id === id);
  const plan = world.plans.find((one) => one.plan_id === id);
  const stackId = command?.stack_id ?? plan?.stack_id ?? id;
  const stack = world.stacks.find((one) => one.id === stackId || allContainers(one).some((container) => container.container_id === id));
  return stack ?? null;
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Refuses what was not granted. */
export function checkRights(world: World, operation: OperationName, path: Record<string, unknown>): void {
  const id = snake(operation);
  if (!(id in access)) return;
  const meant = meantBy(world, path);
  if (missing(grantsOf(world), id as Operation, meant?.name ?? null, meant?.labels ?? {}) === null) return;
  throw new Refusal(403, "forbidden", said("not_by_policy"));
}
