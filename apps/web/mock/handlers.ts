// Every operation of the API. One that is added does not compile until it has an entry in one of these modules.
import type { Handlers } from "./api";
import { account } from "./handlers/account";
import { catalogue } from "./handlers/catalog";
import { commands } from "./handlers/commands";
import { containers } from "./handlers/containers";
import { definitions } from "./handlers/definitions";
import { host } from "./handlers/host";
import { onDemand } from "./handlers/on_demand";
import { instances } from "./handlers/instances";
import { overview } from "./handlers/overview";
import { policy } from "./handlers/policy";
import { rollouts } from "./handlers/rollouts";
import { secrets } from "./handlers/secrets";
import { sessions } from "./handlers/session";
import { stacks } from "./handlers/stacks";
import { templates } from "./handlers/templates";
import { tokens } from "./handlers/tokens";
import { users } from "./handlers/users";

export const handlers: Handlers = { ...account, ...catalogue, ...commands, ...containers, ...definitions, ...host, ...instances, ...onDemand, ...overview, ...policy, ...rollouts, ...secrets, ...sessions, ...stacks, ...templates, ...tokens, ...users };
