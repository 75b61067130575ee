import type { NamedSecret, NamedSecretDetails } from "../../src/api/generated/types.gen";
import { created, nothing, ok, page, Refusal, type Handlers } from "../api";
import { idOf, type SecretRecord } from "../fixtures/secrets";
import { foreign } from "../said";
import { changed, recorded, type World } from "../world";

const MOST_PATTERNS = 64;

const last = ({ versions }: SecretRecord) => versions.at(-1) ?? { number: 0, created_at: "", created_by: { kind: "system" as const, name: "server", on_behalf_of: null, token_id: null }, value: "" };

function summary(record: SecretRecord): NamedSecret {
  const { name, description, stacks, versions, usedBy } = record;
  const [first = last(record), newest] = [versions[0], last(record)];
  return {
    name,
    description,
    stacks,
    latest_version: newest.number,
    created_at: first.created_at,
    created_by: first.created_by,
    updated_at: newest.created_at,
    updated_by: newest.created_by,
    used_by: usedBy.map((stack) => ({ stack_id: idOf(stack), name: stack })),
  };
}

const details = (record: SecretRecord): NamedSecretDetails => ({
  ...summary(record),
  versions: record.versions.toReversed().map(({ number, created_at, created_by }) => ({ number, created_at, created_by })),
});

function secretOf(world: World, name: string): SecretRecord {
  const found = world.secrets.find((one) => one.name === name);
  if (found === undefined) throw new Refusal(404, "secret-not-found", foreign(`there is no secret \`${name}\``));
  return found;
}

function checkStacks(stacks: readonly string[]): void {
  if (stacks.length === 0 || stacks.length > MOST_PATTERNS) throw new Refusal(400, "invalid-request", foreign(`\`stacks\` has ${stacks.length} patterns, but must have from 1 to ${MOST_PATTERNS}`));
  const wrong = stacks.find((pattern) => !/^[a-z0-9_*-]{1,63}$/.test(pattern));
  if (wrong !== undefined) throw new Refusal(400, "invalid-request", foreign(`\`${wrong}\` is no pattern for the names of stacks`));
}

const version = (world: World, number: number, value: string) => ({ number, created_at: new Date().toISOString(), created_by: world.actor, value });

function told(world: World, name: string, deed: Pick<World["audit"][number], "action" | "change">): void {
  recorded(world, { ...deed, resource: `secret:${name}` });
  changed(world, ["secrets", "stacks", "audit"]);
}

export const secrets = {
  listSecrets: ({ world, query }) => ok(page(world.secrets.map(summary), query)),
  createSecret: ({ world, body: { name, value, stacks, ...given } }) => {
    const description = given.description ?? "";
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) throw new Refusal(400, "invalid-request", foreign(`\`${name}\` is no name for a secret`));
    checkStacks(stacks);
    if (world.secrets.some((one) => one.name === name)) throw new Refusal(409, "secret-exists", foreign(`there is already a secret \`${name}\``));
    const record: SecretRecord = { name, description, stacks, versions: [version(world, 1, value)], usedBy: [] };
    world.secrets = [...world.secrets, record].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    told(world, name, { action: "create_secret", change: "created" });
    return created(details(record));
  },
  showSecret: ({ world, path }) => ok(details(secretOf(world, path.secret))),
  changeSecret: ({ world, path, body }) => {
    const record = secretOf(world, path.secret);
    if (body.stacks) checkStacks(body.stacks);
    record.stacks = body.stacks ?? record.stacks;
    record.description = body.description ?? record.description;
    told(world, record.name, { action: "change_secret", change: "replaced" });
    return ok(details(record));
  },
  addSecretVersion: ({ world, path, body }) => {
    const record = secretOf(world, path.secret);
    record.versions.push(version(world, last(record).number + 1, body.value));
    told(world, record.name, { action: "add_secret_version", change: "replaced" });
    return created(details(record));
  },
  readSecretValue: ({ world, path }) => {
    const record = secretOf(world, path.secret);
    const found = record.versions.find(({ number }) => number === path.number);
    if (found === undefined) throw new Refusal(404, "secret-version-not-found", foreign(`\`${record.name}\` has no version ${path.number}`));
    told(world, record.name, { action: "read_secret_value", change: "revealed" });
    return ok({ name: record.name, number: found.number, value: found.value });
  },
  deleteSecret: ({ world, path }) => {
    const record = secretOf(world, path.secret);
    if (record.usedBy.length > 0) throw new Refusal(409, "secret-in-use", foreign(`\`${record.name}\` is used by ${record.usedBy.join(", ")}`));
    world.secrets = world.secrets.filter((one) => one !== record);
    told(world, record.name, { action: "delete_secret", change: "removed" });
    return nothing;
  },
} satisfies Partial<Handlers>;
