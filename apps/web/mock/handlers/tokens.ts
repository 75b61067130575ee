import type { Token, TokenRequest } from "../../src/api/generated/types.gen";
import { created, nothing, ok, Refusal, SELECTOR, type Handlers } from "../api";
import { said } from "../said";
import { changed, recorded, type World } from "../world";

const LONGEST_NAME = 64;
const MOST_PATTERNS = 100;
const now = () => new Date().toISOString();
const refused = (message: ReturnType<typeof said>) => new Refusal(400, "invalid-request", message);

/** `cm_` and as many letters as the server's. They are worth nothing. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `cm_${btoa(String.fromCodePoint(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

function nameOf(text: string): string {
  const name = text.trim();
  const because = (words: string) => refused(said("token_name_invalid", { because: words }));
  if (name === "") throw because("a name cannot be empty");
  const length = [...name].length;
  if (length > LONGEST_NAME) throw because(`the name has ${length} characters; at most ${LONGEST_NAME} are allowed`);
  return name;
}

function checkStacks({ stacks }: TokenRequest): void {
  if (stacks === null || stacks === undefined) return;
  if (stacks.length === 0 || stacks.length > MOST_PATTERNS) throw refused(said("patterns_of_token", { count: MOST_PATTERNS }));
  const wrong = stacks.find((pattern) => !SELECTOR.test(pattern));
  if (wrong === undefined) return;
  const because = "a pattern has 1 to 63 characters: those of the name of a stack (`a` to `z`, `0` to `9`, `-`, `_`), and `*`";
  throw refused(said("pattern_invalid", { pattern: wrong, because }));
}

function tokenOf(world: World, name: string): Token {
  const found = world.tokens.find((token) => token.name === name);
  if (found === undefined) throw new Refusal(404, "token-not-found", said("no_such_token"));
  return found;
}

/** Writes it down, ends the sessions that were begun with what is no longer valid, and tells the streams. */
function told(world: World, name: string, deed: Pick<World["audit"][number], "action" | "change">): void {
  recorded(world, { ...deed, resource: `tokens/${name}` });
  if (deed.change !== "created" && world.actor.kind === "token" && name === world.actor.name) world.signedIn = false;
  changed(world, ["tokens", "sessions", "audit"]);
}

export const tokens = {
  listTokens: ({ world }) => ok({ items: world.tokens }),
  issueToken: ({ world, body }) => {
    const name = nameOf(body.name);
    checkStacks(body);
    const { role, permissions = [], stacks = null, expires_at: expiresAt = null } = body;
    if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) throw refused(said("token_expired_already"));
    if (world.tokens.some((token) => token.name === name)) throw new Refusal(409, "token-exists", said("token_exists"));
    const token: Token = { name, role, permissions, stacks, created_at: now(), expires_at: expiresAt, used_at: null };
    world.tokens = [...world.tokens, token].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    told(world, name, { action: "issue_token", change: "created" });
    return created({ token, secret: newSecret() });
  },
  rotateToken: ({ world, path }) => {
    const token = { ...tokenOf(world, path.name), created_at: now(), used_at: null };
    world.tokens = world.tokens.map((one) => (one.name === token.name ? token : one));
    told(world, token.name, { action: "issue_token", change: "replaced" });
    return ok({ token, secret: newSecret() });
  },
  revokeToken: ({ world, path }) => {
    const { name } = tokenOf(world, path.name);
    world.tokens = world.tokens.filter((token) => token.name !== name);
    told(world, name, { action: "revoke_token", change: "removed" });
    return nothing;
  },
} satisfies Partial<Handlers>;
