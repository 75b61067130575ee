import { nothing, ok, created, Refusal, type Handlers } from "../api";
import { hex, uuid } from "../random";
import { foreign, said } from "../said";
import { admin, minutesAgo, type World } from "../world";

/** Each session has a token of its own. */
export const csrfOf = (world: World): string => hex(`csrf ${world.bornAt} ${world.signIns}`, 32);

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const session = (world: World) => ({
  session_id: uuid("session"),
  actor: admin,
  created_at: new Date(world.bornAt).toISOString(),
  expires_at: later(24 * 30),
  idle_expires_at: later(12),
  csrf_token: csrfOf(world),
});

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";
const item = (seed: string, minutes: number, client: string, address: string, current: boolean) => ({
  session_id: uuid(seed),
  actor: admin,
  created_at: minutesAgo(minutes + 600),
  used_at: minutesAgo(minutes),
  expires_at: later(24 * 20),
  client,
  address,
  current,
});

/** Tokens with a meaning: `wrong` is none, `often` was tried too often. */
export const sessions = {
  signIn: ({ world, body: { token } }) => {
    if (token === "wrong") throw new Refusal(401, "unauthorized", said("token_invalid"), { hint: said("send_authorization") });
    if (token === "often") {
      throw new Refusal(429, "too-many-sign-ins", foreign("too many sign-ins were tried"), { headers: { "Retry-After": "30" } });
    }
    world.signedIn = true;
    world.signIns += 1;
    return created(session(world));
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
        item("session", 0, agent, "127.0.0.1", true),
        item("session phone", 190, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile Safari/604.1", "192.168.1.34", false),
      ].filter((one) => !world.revoked.has(one.session_id)),
    }),
  revokeSession: ({ world, path }) => {
    world.revoked.add(path.id);
    if (path.id === uuid("session")) world.signedIn = false;
    return nothing;
  },
} satisfies Partial<Handlers>;
