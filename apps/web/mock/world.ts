// The state that the mock answers from. Each browser has a world of its own, which begins with a scenario and then changes by what
// is done in it.
import type {
  Actor,
  AuditRecord,
  ChangeTopic,
  Command,
  Drift,
  Event,
  Finding,
  Image,
  Instance,
  InstancePhase,
  KeyList,
  Message,
  OnDemandService,
  OnDemandServiceDetail,
  OnFailure,
  Plan,
  Policy,
  Registry,
  Rollout,
  ServiceState,
  StackState,
  StepOp,
  TemplateDeclaration,
  Token,
  UsedSecretVariable,
} from "../src/api/generated/types.gen";
import type { Service } from "./definition";
import { composeFile } from "./definition";
import type { SecretRecord } from "./fixtures/secrets";
import type { UserRecord } from "./fixtures/users";
import { hex, uuid } from "./random";

export const scenarios = ["lively", "empty", "crowded", "away", "signed-out", "set-up", "provider", "viewer", "operator"] as const;
export type Scenario = (typeof scenarios)[number];

export const admin: Actor = { kind: "token", name: "admin", on_behalf_of: null, token_id: uuid("token admin") };
export const pipeline: Actor = { kind: "token", name: "ci", on_behalf_of: null, token_id: uuid("token ci") };
export const worker: Actor = { kind: "system", name: "worker", on_behalf_of: null, token_id: null };

export interface VersionRecord {
  version: number;
  author: Actor;
  comment: string;
  createdAt: string;
  appliedAt: string | null;
  services: Service[];
  compose: string;
  variables: Record<string, string>;
  secrets: Record<string, UsedSecretVariable>;
  files: Record<string, string>;
  findings: Finding[];
  /** What somebody calls it, such as `good`. */
  tag: string | null;
}

/** How a service differs from what it should be. */
export interface Trouble {
  state: ServiceState;
  /** Containers that are up. */
  up: number;
  /** As `docker ps` shows it. */
  status: string;
  restarts?: number;
}

export interface StackRecord {
  id: string;
  name: string;
  createdAt: string;
  createdBy: Actor;
  updatedAt: string;
  labels: Record<string, string>;
  onFailure: OnFailure;
  versions: VersionRecord[];
  current: number | null;
  state: StackState;
  trouble: Record<string, Trouble>;
  drift: Drift | null;
  /** Grows with each change; part of the ETag. */
  revision: number;
  /** When its containers were started. */
  startedAt: string;
}

export interface RunStep {
  op: StepOp;
  target: string;
  action: Message;
  cause: Message;
}

/** A command that the mock carries out: its steps take the same time each. */
export interface Run {
  command: Command;
  startedAt: number;
  told: number;
  steps: RunStep[];
  stepMs: number;
  /** Fails at this step. */
  failsAt: number | null;
  /** What is different afterwards. */
  finish: () => void;
}

/** A service that wakes on demand, with its history. */
export interface OnDemandRecord {
  service: OnDemandService;
  detail: Pick<OnDemandServiceDetail, "starts" | "predictions" | "comparison">;
  /** Uses on a day. */
  uses: number;
}

/** A version of a template. The mock keeps its compose file, and reads nothing in it. */
export interface TemplateVersionRecord {
  version: number;
  author: Actor;
  comment: string;
  createdAt: string;
  compose: string;
  declaration: TemplateDeclaration;
}

/** A stack that was launched from a template. */
export interface InstanceRecord {
  key: string;
  stackId: string;
  templateVersion: number;
  values: Instance["values"];
  ports: Instance["ports"];
  /** Null where it follows from the stack. */
  phase: InstancePhase | null;
  stoppedSince: string | null;
  unlistedSince: string | null;
  held: boolean;
  createdBy: Actor;
  createdAt: string;
}

export interface TemplateRecord {
  id: string;
  name: string;
  createdBy: Actor;
  createdAt: string;
  versions: TemplateVersionRecord[];
  instances: InstanceRecord[];
  keys: KeyList | null;
  rollout: Rollout | null;
}

export interface World {
  scenario: Scenario;
  bornAt: number;
  /** How many seconds of its figures pass in one second. */
  pace: number;
  signedIn: boolean;
  /** Who is signed in, or was last. */
  actor: Actor;
  /** Whether the first user is still to be created. */
  setupOpen: boolean;
  /** What the provider that people may sign in with is called; null without one. */
  provider: string | null;
  /** How often somebody has signed in. */
  signIns: number;
  workerAway: boolean;
  /** Sessions that were ended in the list of sessions. */
  revoked: Set<string>;
  stacks: StackRecord[];
  /** By `seq`, oldest first. */
  commands: Command[];
  events: Event[];
  runs: Run[];
  plans: Plan[];
  registries: Registry[];
  /** By name. */
  tokens: Token[];
  /** By name. */
  users: UserRecord[];
  policy: Policy;
  /** By name. */
  secrets: SecretRecord[];
  audit: AuditRecord[];
  images: Image[];
  onDemand: OnDemandRecord[];
  templates: TemplateRecord[];
  /** Called for each new event or change. */
  listeners: Set<() => void>;
  /** Kinds of what has changed, newest last, for the stream of changes. */
  changes: { topics: ChangeTopic[]; stackIds: string[] | null }[];
  seq: number;
}

/** Some minutes before now. */
export const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

export function addStack(
  world: World,
  name: string,
  more: Partial<Omit<StackRecord, "versions">> & { versions: (Partial<VersionRecord> & { services: Service[] })[]; ageMinutes?: number },
): StackRecord {
  const { versions, ageMinutes = 60 * 24 * 30, ...rest } = more;
  const stack: StackRecord = {
    id: uuid(`stack ${name}`),
    name,
    createdAt: minutesAgo(ageMinutes),
    createdBy: admin,
    updatedAt: minutesAgo(ageMinutes / 20),
    labels: {},
    onFailure: "rollback",
    current: versions.length,
    state: "running",
    trouble: {},
    drift: { drifted: false, steps: [], files: [], blockers: [] },
    revision: versions.length,
    startedAt: minutesAgo(ageMinutes / 20),
    versions: [],
    ...rest,
  };
  for (const [at, version] of versions.entries()) {
    const back = (ageMinutes * (versions.length - at)) / versions.length;
    stack.versions.push({
      version: at + 1,
      author: at % 3 === 1 ? pipeline : admin,
      comment: "",
      createdAt: minutesAgo(back),
      appliedAt: stack.current !== null && at < stack.current ? minutesAgo(back - 1) : null,
      compose: version.compose ?? composeFile(name, version.services),
      variables: {},
      secrets: {},
      files: {},
      findings: [],
      tag: null,
      ...version,
    });
  }
  world.stacks.push(stack);
  return stack;
}

export const findStack = (world: World, id: string): StackRecord | undefined => world.stacks.find((stack) => stack.id === id);

export const currentVersion = (stack: StackRecord): VersionRecord | undefined =>
  stack.current === null ? undefined : stack.versions[stack.current - 1];

export const latestVersion = (stack: StackRecord): VersionRecord | undefined => stack.versions.at(-1);

export const revisionOf = (stack: StackRecord): string => hex(`${stack.id} ${stack.revision}`, 16);

/** Writes down what was done, by whoever is signed in. */
export function recorded(world: World, deed: Pick<AuditRecord, "action" | "change" | "resource">): void {
  const id = (world.audit[0]?.id ?? 0) + 1;
  world.audit = [{ ...deed, actor: world.actor, at: new Date().toISOString(), detail: null, id, chain: hex(`audit ${id}`, 64) }, ...world.audit];
}

/** Tells every open stream that something is different. */
export function changed(world: World, topics: ChangeTopic[], stackIds: string[] | null = null): void {
  world.changes.push({ topics, stackIds });
  if (world.changes.length > 500) world.changes.splice(0, 250);
  for (const listener of world.listeners) listener();
}
