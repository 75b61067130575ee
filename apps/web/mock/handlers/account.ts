import { nothing, ok, type Handlers } from "../api";
import { code as right, type UserRecord } from "../fixtures/users";
import { grantsOf } from "../rights";
import { changed, recorded, type World } from "../world";
import { findUser } from "./users";
import { checkPassword, refusal, wrongCode, wrongPassword } from "./user_words";

const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

function own(world: World): UserRecord {
  const found = world.actor.kind === "user" ? findUser(world, world.actor.name) : undefined;
  if (found === undefined) throw refusal(403, "not-a-user", "not_a_user");
  return found;
}

/** The user who asks, once they have shown their password. */
function proven(world: World, password: string): UserRecord {
  const record = own(world);
  if (record.password !== password) throw wrongPassword();
  return record;
}

function told(world: World, { user }: UserRecord, action: "change_password" | "set_up_totp" | "remove_totp"): void {
  recorded(world, { action, change: action === "remove_totp" ? "removed" : "replaced", resource: `users/${user.name}` });
  changed(world, ["users", "sessions", "audit"]);
}

export const account = {
  showAccount: ({ world }) => {
    const user = world.actor.kind === "user" ? findUser(world, world.actor.name)?.user : undefined;
    return ok({ actor: world.actor, grants: [...grantsOf(world)], totp: user?.totp ?? null, provider: user?.provider ?? null });
  },
  changePassword: ({ world, body }) => {
    const record = proven(world, body.password);
    checkPassword(body.new_password, record.user.name);
    record.password = body.new_password;
    told(world, record, "change_password");
    return nothing;
  },
  draftTotp: ({ world }) => {
    const { user } = own(world);
    const issuer = encodeURIComponent("Core Monitor");
    return ok({ secret, link: `otpauth://totp/${issuer}:${user.name}?secret=${secret}&issuer=${issuer}` });
  },
  setUpTotp: ({ world, body }) => {
    const record = proven(world, body.password);
    if (body.secret !== secret) throw refusal(400, "invalid-request", "totp_secret_unknown");
    if (body.code !== right) throw wrongCode();
    record.user.totp = true;
    told(world, record, "set_up_totp");
    return nothing;
  },
  removeTotp: ({ world, body }) => {
    const record = proven(world, body.password);
    record.user.totp = false;
    told(world, record, "remove_totp");
    return nothing;
  },
} satisfies Partial<Handlers>;
