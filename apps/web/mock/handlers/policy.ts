import type { PolicyAllowance, PolicyFinding, PolicyPreset, PolicyRestriction, PolicyRule, PolicyRuleRequest, Role } from "../../src/api/generated/types.gen";
import { noStack, noVersion, ok, Refusal, type Handlers } from "../api";
import type { Service } from "../definition";
import { said } from "../said";
import { changed, findStack, latestVersion, recorded, type World } from "../world";
import { words } from "./policy_words";
import { checkAccess } from "./users";

/** Of what the services of the mock ask for. */
const PRESETS: Record<PolicyPreset, Partial<Record<PolicyRestriction, readonly string[]>>> = {
  open: { binds: ["*"], ports: ["*"], addresses: ["*"], images: ["*"] },
  careful: { binds: ["/etc/localtime", "/etc/timezone"], ports: ["1024-65535"], addresses: ["*"], images: ["*"] },
  locked: { ports: ["1024-65535"], addresses: ["127.*", "::1"], images: ["*@sha256:*"] },
};

const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** Whether all of the name matches. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

function isIn(what: PolicyRestriction, value: string, allowed: string): boolean {
  if (allowed === "*") return true;
  if (what === "binds") return value === allowed || value.startsWith(`${allowed.replace(/\/$/, "")}/`);
  if (what !== "ports") return matches(allowed, value);
  const [, first = "", last = first] = RANGE.exec(allowed) ?? [];
  return Number(first) <= Number(value) && Number(value) <= Number(last);
}

function isValue(what: PolicyRestriction, value: string): boolean {
  if (value === "*") return true;
  if (what === "binds") return value.startsWith("/");
  if (what !== "ports") return value !== "";
  const [found, first = "", last = first] = RANGE.exec(value) ?? [];
  return found !== undefined && Number(first) <= Number(last) && Number(last) < 65_536;
}

const HINTS = { ports: "policy_value_is_port", binds: "policy_value_is_path" } as const;

function checkAllowance({ what, values }: PolicyAllowance, rule: string): void {
  const wrong = values.find((value) => !isValue(what, value));
  if (wrong === undefined) return;
  const hint = what === "ports" || what === "binds" ? words(HINTS[what]) : words("leave_out_the_rest");
  throw new Refusal(400, "invalid-request", words("policy_value_is_invalid", { rule, value: wrong, what }), { hint });
}

/** The rules, if they can be some. */
function rulesOf(wanted: readonly PolicyRuleRequest[]): PolicyRule[] {
  return wanted.map(({ roles = [], stacks = [], preset, allow = [] }, at) => {
    const wrong = stacks.find((pattern) => !/^[a-z0-9_*-]{1,63}$/.test(pattern));
    const because = "a pattern has 1 to 63 characters: those of the name of a stack (`a` to `z`, `0` to `9`, `-`, `_`), and `*`";
    if (wrong !== undefined) throw new Refusal(400, "invalid-request", said("pattern_invalid", { pattern: wrong, because }));
    const rule = String(at + 1);
    for (const allowance of allow) checkAllowance(allowance, rule);
    const twice = allow.find(({ what }, place) => allow.findIndex((one) => one.what === what) !== place);
    if (twice !== undefined) throw new Refusal(400, "invalid-request", words("policy_allows_twice", { rule, what: twice.what }), { hint: words("leave_out_the_rest") });
    return { roles, stacks, preset, allow };
  });
}

function demand(what: PolicyRestriction, owner: string, value: string, path: string, message: PolicyFinding["message"]): PolicyFinding {
  return { what, owner, value, path: `services.${owner}.${path}`, message, hint: words("do_without_or_allow", { what }) };
}

/** What a service asks of the host, in the order of its definition. */
function demandsOf({ name: owner, image, ports, volumes }: Service): PolicyFinding[] {
  const [repository = "", ...rest] = image.split("/");
  const full = rest.length === 0 ? `docker.io/library/${repository}` : /[.:]/.test(repository) ? image : `docker.io/${image}`;
  const published = ports.filter((port) => port.includes("->")).map((port) => (port.split("->")[0] ?? "").split(":"));
  const paths = volumes.filter((volume) => volume.startsWith("/")).map((volume) => volume.split(":")[0] ?? "");
  return [
    demand("images", owner, full, "image", words("policy_image", { owner, image: full })),
    ...published.flatMap((parts) => {
      const [port = "", address = "0.0.0.0"] = parts.toReversed();
      return [
        demand("ports", owner, port, "ports", words("policy_port", { owner, port })),
        demand("addresses", owner, address, "ports", words("policy_address", { owner, address })),
      ];
    }),
    ...paths.map((path) => demand("binds", owner, path, "volumes", words("policy_bind", { owner, path }))),
  ];
}

function findingsOf(rules: readonly PolicyRule[], role: Role, stack: string, services: readonly Service[]): PolicyFinding[] {
  const isFor = ({ roles, stacks }: PolicyRule) => (roles.length === 0 || roles.includes(role)) && (stacks.length === 0 || stacks.some((pattern) => matches(pattern, stack)));
  const rule = rules.find(isFor);
  const allowed = (what: PolicyRestriction) => rule?.allow.find((one) => one.what === what)?.values ?? PRESETS[rule?.preset ?? "locked"][what] ?? [];
  return services.flatMap(demandsOf).filter(({ what, value }) => !allowed(what).some((one) => isIn(what, value, one)));
}

function checkRevision(world: World, revision: number): void {
  if (revision === world.policy.revision) return;
  throw new Refusal(409, "policy-changed", words("policy_changed", { revision: String(world.policy.revision) }), { hint: words("read_policy_again") });
}

export const policy = {
  showPolicy: ({ world }) => {
    checkAccess(world);
    return ok(world.policy);
  },
  replacePolicy: ({ world, body }) => {
    checkAccess(world);
    const rules = rulesOf(body.rules);
    checkRevision(world, body.revision);
    world.policy = { revision: body.revision + 1, rules };
    recorded(world, { action: "replace_policy", change: "replaced", resource: "policy" });
    changed(world, ["audit"]);
    return ok(world.policy);
  },
  tryPolicy: ({ world, body }) => {
    checkAccess(world);
    const rules = body.rules === null || body.rules === undefined ? world.policy.rules : rulesOf(body.rules);
    const stack = findStack(world, body.stack);
    if (stack === undefined) throw noStack();
    const number = body.version ?? null;
    const version = number === null ? latestVersion(stack) : stack.versions.find((one) => one.version === number);
    if (version === undefined) throw noVersion();
    const findings = findingsOf(rules, body.role, stack.name, version.services);
    return ok({ allowed: findings.length === 0, findings });
  },
} satisfies Partial<Handlers>;
