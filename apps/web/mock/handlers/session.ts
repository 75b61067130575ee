import type { Actor } from "../../src/api/generated/types.gen";
import { nothing, ok, created, Refusal, type Handlers } from "../api";
import { hex, uuid } from "../random";
import { said } from "../said";
import { admin, changed, minutesAgo, recorded, type World } from "../world";
import { code as right, provided, setupToken, type UserRecord } from "../fixtures/users";
import { findUser } from "./users";
import { checkName, checkPassword, notValid, refusal, words, wrongCode } from "./user_words";

/** Each session has a token of its own. */
export const csrfOf = (world: World): string => hex(`csrf ${world.bornAt} ${world.signIns}`, 32);

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const session = (world: World) => ({
  session_id: uuid("session"),
  actor: world.actor,
  created_at: new Date(world.bornAt).toISOString(),
  expires_at: later(24 * 30),
  idle_expires_at: later(12),
  csrf_token: csrfOf(world),
});

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";
const item = (actor: Actor, seed: string, minutes: number, client: string, address: string, current: boolean) => ({
  session_id: uuid(seed),
  actor,
  created_at: minutesAgo(minutes + 600),
  used_at: minutesAgo(minutes),
  expires_at: later(24 * 20),
  client,
  address,
  current,
});

function begun(world: World, actor: Actor) {
  world.signedIn = true;
  world.signIns += 1;
  world.actor = actor;
  return created(session(world));
}

function begunAs(world: World, { user }: UserRecord) {
  user.signed_in_at = new Date().toISOString();
  changed(world, ["users", "sessions", "audit"]);
  return begun(world, { kind: "user", name: user.name, on_behalf_of: null, token_id: null });
}

const often = () => new Refusal(429, "too-many-sign-ins", words("too_many_sign_ins", { seconds: "30" }), { headers: { "Retry-After": "30" } });

/** What a sign-in at the provider of the mock is known by; with another one, it is not under way. */
const state = "mock";
const noProvider = () => refusal(404, "no-provider", "no_provider");

/** Tokens and names with a meaning: `wrong` is none, `often` was tried too often. So have codes of the provider: `group`, `taken`, `away`, `often`. */
export const sessions = {
  signIn: ({ world, body: { token } }) => {
    if (token === "wrong") throw new Refusal(401, "unauthorized", said("token_invalid"), { hint: said("send_authorization") });
    if (token === "often") throw often();
    return begun(world, admin);
  },
  signInWithPassword: ({ world, body: { name, password, code = null } }) => {
    if (name === "often") throw often();
    const record = findUser(world, name);
    if (record === undefined || record.password === null || record.password !== password) throw refusal(401, "sign-in-refused", "name_or_password_wrong");
    if (record.user.totp && code === null) throw refusal(401, "code-needed", "code_needed");
    if (code !== null && !/^\d{6}$/.test(code)) throw refusal(403, "wrong-code", "code_has_six_digits");
    if (record.user.totp && code !== right) throw wrongCode();
    return begunAs(world, record);
  },
  showProvider: ({ world }) => ok({ name: world.provider }),
  beginProviderSignIn: ({ world }) => {
    if (world.provider === null) throw noProvider();
    // The mock has no provider: who goes there is back at once.
    return ok({ address: `/signed-in?code=mock&state=${state}` });
  },
  signInWithProvider: ({ world, body: { code, state: given } }) => {
    if (world.provider === null) throw noProvider();
    if (given !== state) throw refusal(403, "provider-sign-in-refused", "sign_in_not_under_way");
    if (code === "group") throw refusal(403, "provider-sign-in-refused", "no_group_with_a_role");
    if (code === "taken") throw refusal(409, "user-exists", "name_of_another_user");
    if (code === "away") throw refusal(503, "provider-unavailable", "provider_unreachable");
    if (code === "often") throw often();
    const record = findUser(world, provided().user.name) ?? provided();
    if (!world.users.includes(record)) world.users = [...world.users, record];
    return begunAs(world, record);
  },
  showSetup: ({ world }) => ok({ open: world.setupOpen }),
  setUp: ({ world, body: { token, name, password } }) => {
    checkName(name);
    if (!world.setupOpen || token !== setupToken) throw notValid();
    checkPassword(password, name);
    const user = { name: name.toLowerCase(), grants: [{ role: "administrator" as const, permissions: [], stacks: null }], accepted: true, invited_until: null, totp: false, provider: null, created_at: new Date().toISOString(), signed_in_at: null };
    const record: UserRecord = { user, password, invitation: null };
    world.users = [record];
    world.setupOpen = false;
    const answered = begunAs(world, record);
    recorded(world, { action: "set_up", change: "created", resource: `users/${user.name}` });
    return answered;
  },
  acceptInvitation: ({ world, body: { invitation, password } }) => {
    const record = world.users.find((one) => one.invitation === invitation);
    if (record === undefined || Date.parse(record.user.invited_until ?? "") <= Date.now()) throw notValid();
    checkPassword(password, record.user.name);
    Object.assign(record, { password, invitation: null });
    Object.assign(record.user, { accepted: true, invited_until: null, totp: false });
    const answered = begunAs(world, record);
    recorded(world, { action: "accept_invitation", change: "replaced", resource: `users/${record.user.name}` });
    return answered;
  },
  showSession: ({ world }) => {
    if (!world.signedIn) throw new Refusal(401, "unauthorized", said("authorization_missing"));
    return ok(session(world));
  },
  signOut: ({ world }) => {
    world.signedIn = false;
    return nothing;
  },
  listSessions: ({ world }) =>
    ok({
      items: [
        item(world.actor, "session", 0, agent, "127.0.0.1", true),
        item(admin, "session phone", 190, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile Safari/604.1", "192.168.1.34", false),
      ].filter((one) => !world.revoked.has(one.session_id)),
    }),
  revokeSession: ({ world, path }) => {
    world.revoked.add(path.id);
    if (path.id === uuid("session")) world.signedIn = false;
    return nothing;
  },
} satisfies Partial<Handlers>;
