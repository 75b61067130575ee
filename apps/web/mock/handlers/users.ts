import type { Grant, GrantRequest, User } from "../../src/api/generated/types.gen";
import { created, nothing, ok, page, Refusal, SELECTOR, type Handlers } from "../api";
import type { UserRecord } from "../fixtures/users";
import { said } from "../said";
import { changed, recorded, type World } from "../world";
import { checkName, refusal } from "./user_words";

const MOST_GRANTS = 16;
const WEEK = 7 * 86_400_000;

/** A secret such as the server's, with as many letters. It is worth nothing. */
function secretOf(kind: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${kind}_${btoa(String.fromCodePoint(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

export const findUser = (world: World, name: string): UserRecord | undefined => world.users.find(({ user }) => user.name === name.trim().toLowerCase());

function userOf(world: World, name: string): UserRecord {
  const found = findUser(world, name);
  if (found === undefined) throw refusal(404, "user-not-found", "no_such_user");
  return found;
}

function grantsOf(wanted: readonly GrantRequest[]): Grant[] {
  if (wanted.length === 0 || wanted.length > MOST_GRANTS) throw refusal(400, "invalid-request", "number_of_grants", { most: String(MOST_GRANTS) });
  for (const { stacks } of wanted) {
    const wrong = stacks?.find((pattern) => !SELECTOR.test(pattern));
    if (wrong === undefined) continue;
    const because = "a pattern has 1 to 63 characters: those of the name of a stack (`a` to `z`, `0` to `9`, `-`, `_`), and `*`";
    throw new Refusal(400, "invalid-request", said("pattern_invalid", { pattern: wrong, because }));
  }
  return wanted.map(({ role, permissions = [], stacks = null }) => ({ role, permissions, stacks }));
}

const administers = ({ accepted, grants }: User) => accepted && grants.some(({ role, stacks }) => role === "administrator" && stacks === null);

/** Somebody has to be an administrator, if somebody is. */
function checkAdministrators(before: World["users"], after: World["users"]): void {
  const has = (all: World["users"]) => all.some(({ user }) => administers(user));
  if (has(before) && !has(after)) throw refusal(409, "last-administrator", "last_administrator");
}

/** A user of the mock who is no administrator of everything has no access to users, nor to the policy. */
export function checkAccess(world: World): void {
  const own = world.actor.kind === "user" ? findUser(world, world.actor.name) : undefined;
  if (own !== undefined && !administers(own.user)) throw new Refusal(403, "forbidden", said("not_by_policy"));
}

/** The provider of a user has their password and says what they may do. */
function checkOwn({ user }: UserRecord): void {
  if (user.provider !== null) throw refusal(400, "invalid-request", "user_of_a_provider");
}

function told(world: World, name: string, deed: Pick<World["audit"][number], "action" | "change">): void {
  recorded(world, { ...deed, resource: `users/${name}` });
  changed(world, ["users", "sessions", "audit"]);
}

function invite(record: UserRecord): { user: User; invitation: string } {
  record.invitation = secretOf("cmi");
  record.user.invited_until = new Date(Date.now() + WEEK).toISOString();
  return { user: record.user, invitation: record.invitation };
}

export const users = {
  listUsers: ({ world, query }) => {
    checkAccess(world);
    return ok(page(world.users.map(({ user }) => user), query));
  },
  inviteUser: ({ world, body }) => {
    checkAccess(world);
    checkName(body.name);
    const name = body.name.toLowerCase();
    const grants = grantsOf(body.grants);
    if (findUser(world, name) !== undefined) throw refusal(409, "user-exists", "user_exists");
    const user: User = { name, grants, accepted: false, invited_until: null, totp: false, provider: null, created_at: new Date().toISOString(), signed_in_at: null };
    const record: UserRecord = { user, password: null, invitation: null };
    const invited = invite(record);
    world.users = [...world.users, record].toSorted((one, other) => (one.user.name < other.user.name ? -1 : 1));
    told(world, name, { action: "invite_user", change: "created" });
    return created(invited);
  },
  setUserGrants: ({ world, path, body }) => {
    checkAccess(world);
    const record = userOf(world, path.name);
    checkOwn(record);
    const after = { ...record, user: { ...record.user, grants: grantsOf(body.grants) } };
    const all = world.users.map((one) => (one === record ? after : one));
    checkAdministrators(world.users, all);
    world.users = all;
    told(world, after.user.name, { action: "set_user_grants", change: "replaced" });
    return ok(after.user);
  },
  renewInvitation: ({ world, path }) => {
    checkAccess(world);
    const record = userOf(world, path.name);
    checkOwn(record);
    const invited = invite(record);
    told(world, invited.user.name, { action: "renew_invitation", change: "replaced" });
    return ok(invited);
  },
  removeUser: ({ world, path }) => {
    checkAccess(world);
    const record = userOf(world, path.name);
    const rest = world.users.filter((one) => one !== record);
    checkAdministrators(world.users, rest);
    world.users = rest;
    told(world, record.user.name, { action: "remove_user", change: "removed" });
    if (world.actor.kind === "user" && world.actor.name === record.user.name) world.signedIn = false;
    return nothing;
  },
} satisfies Partial<Handlers>;
