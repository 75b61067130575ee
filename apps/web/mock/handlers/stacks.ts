import { covers } from "../../src/access/rights";
import type { Command, Finding, FindingsSummary, SavedVersion, Version, VersionSummary } from "../../src/api/generated/types.gen";
import { accepted, created, noStack, noVersion, ok, page, Refusal, type Call, type Handlers } from "../api";
import { addCommand, addDone, enqueue } from "../commands";
import { allContainers, derivedState, servicesOf, serviceStatus, stackBody, stackListItem, stackOffers } from "../containers";
import { composeModel, readServices, type Service } from "../definition";
import { applied, powerSteps, removeSteps, stepsTo, storePlan } from "../plans";
import { digest, hex } from "../random";
import { grantsOf } from "../rights";
import { foreign, said } from "../said";
import { addStack, admin, changed, findStack, latestVersion, revisionOf, type StackRecord, type VersionRecord, type World } from "../world";

export const summary = (findings: Finding[]): FindingsSummary => ({
  errors: findings.filter((one) => one.severity === "error").length,
  infos: findings.filter((one) => one.severity === "info").length,
  left_out: 0,
  suppressed: 0,
  warnings: findings.filter((one) => one.severity === "warning").length,
});

export function stackOf(world: World, id: string): StackRecord {
  const stack = findStack(world, id);
  if (stack === undefined) throw noStack();
  return stack;
}

export function versionOf(stack: StackRecord, number: number | string): VersionRecord {
  const version = stack.versions[Number(number) - 1];
  if (version === undefined) throw noVersion();
  return version;
}

/** Refuses what was decided on an older state, as the server does. The word `stale` anywhere in the comment does the same. */
function checkMatch(stack: StackRecord, headers: Headers): void {
  const match = headers.get("If-Match")?.replaceAll('"', "");
  const revision = revisionOf(stack);
  if (match === null || match === undefined) throw new Refusal(428, "precondition-required", foreign("the header `If-Match` is missing"));
  if (match !== "*" && match !== revision) throw stale(revision);
}
const stale = (revision: string) =>
  new Refusal(412, "precondition-failed", said("stack_has_changed", { revision }), { hint: said("read_stack_again", { revision }) });

export const versionSummary = (stack: StackRecord, one: VersionRecord): VersionSummary => ({
  content_hash: digest(one.compose),
  metadata: { author: one.author, comment: one.comment, created_at: one.createdAt },
  parent_version: one.version === 1 ? null : one.version - 1,
  services: one.services.map((service) => service.name),
  stack_id: stack.id,
  version: one.version,
  tag: one.tag,
  images:
    one.appliedAt === null
      ? []
      : one.services.map((service) => ({ service: service.name, reference: service.image, digest: digest(service.image) })),
});

function versionBody(stack: StackRecord, one: VersionRecord): Version {
  return {
    ...versionSummary(stack, one),
    artifacts: [],
    compose: one.compose,
    compose_files: ["compose.yml"],
    findings: one.findings,
    findings_summary: summary(one.findings),
    model: composeModel(stack.name, one.services),
    runtime:
      one.appliedAt === null
        ? null
        : {
            command_id: hex(`${stack.id} ${one.version}`, 32),
            containers: allContainers(stack).map((container) => ({
              container_id: container.container_id,
              name: container.name,
              service: container.service ?? "",
              slot: container.slot ?? 1,
            })),
            images: Object.fromEntries(
              one.services.map((service) => [
                service.name,
                { digest: `${service.image.split(":")[0] ?? ""}@${digest(service.image)}`, image_id: digest(`id ${service.image}`), reference: service.image },
              ]),
            ),
          },
    secret_variables: one.secrets,
    status: { current: stack.current === one.version, last_applied_at: one.appliedAt, latest: stack.versions.length === one.version },
    variables: one.variables,
    warnings: [],
  };
}

/** The mock keeps one compose file: the first. */
export function definitionText({ compose, compose_files: several }: { compose?: unknown; compose_files?: readonly { content: string }[] | null }): string {
  return several?.[0]?.content ?? (typeof compose === "string" ? compose : JSON.stringify(compose, null, 2));
}

export function checkDefinition(text: string): void {
  const bad = text.split("\n").findIndex((line) => line.includes("\t"));
  if (bad === -1) return;
  const message = foreign("a tab cannot indent");
  const item = { code: "yaml-syntax" as const, column: 1, expected: null, file: "compose.yml", hint: said("spaces_instead_of_tabs"), length: 1, line: bad + 1, message };
  throw new Refusal(422, "invalid-definition", said("definition_with_error", { message }), { errors: [item] });
}

function save(world: World, stack: StackRecord, text: string, comment: string, variables: Record<string, string>): SavedVersion {
  const former = latestVersion(stack);
  const record: VersionRecord = {
    version: stack.versions.length + 1,
    author: admin,
    comment,
    createdAt: new Date().toISOString(),
    appliedAt: null,
    services: readServices(text, former?.services ?? []),
    compose: text,
    variables,
    secrets: former?.secrets ?? {},
    files: former?.files ?? {},
    findings: former?.findings ?? [],
    tag: null,
  };
  stack.versions.push(record);
  stack.revision += 1;
  stack.updatedAt = record.createdAt;
  const command = addDone(world, record.version === 1 ? "CREATE" : "UPDATE", stack, record.createdAt, 0, { version: record.version });
  changed(world, ["stacks", "commands"], [stack.id]);
  return {
    command,
    findings: record.findings,
    findings_summary: summary(record.findings),
    stack: stackBody(world, stack),
    version: versionSummary(stack, record),
    warnings: [],
  };
}

function startApply(world: World, stack: StackRecord, version: VersionRecord, kind: "APPLY" | "ROLLBACK", planId: string | null): Command {
  const command = addCommand(world, kind, stack, {
    version: version.version,
    payload:
      kind === "APPLY"
        ? { kind, version: version.version, force_recreate: [], on_failure: stack.onFailure, plan_id: planId, readiness: "ready" }
        : { kind, version: version.version, force_recreate: [], on_failure: stack.onFailure, plan_id: planId, readiness: "ready", refresh_images: false },
  });
  const steps = stepsTo(stack, version);
  // A definition with this word stands for one that does not work.
  const failsAt = version.compose.includes("boom") ? Math.max(0, steps.length - 1) : null;
  return enqueue(world, command, steps, applied(stack, version), { failsAt });
}

function applyVersion({ world, path, headers, body }: Call<"applyVersion">) {
  const stack = stackOf(world, path.id);
  const version = versionOf(stack, path.version);
  checkMatch(stack, headers);
  return accepted(startApply(world, stack, version, "APPLY", body?.plan_id ?? null));
}

function power(kind: "START" | "STOP" | "RESTART", op: "start_container" | "stop_container" | "restart_container") {
  return ({ world, path, headers, body }: Call<"startStack">) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    if (stack.current === null) throw new Refusal(409, "not-applied", said("never_applied"), { hint: said("apply_a_version_first") });
    const chosen = body?.service ?? null;
    const command = addCommand(world, kind, stack, { payload: { kind, service: chosen } });
    return accepted(
      enqueue(world, command, powerSteps(stack, op, chosen), () => {
        for (const service of servicesOf(stack).filter((one: Service) => !one.job && (chosen === null || one.name === chosen))) {
          if (kind === "STOP") stack.trouble[service.name] = { state: "stopped", up: 0, status: "Exited (0) less than a minute ago" };
          else delete stack.trouble[service.name];
        }
        stack.startedAt = new Date().toISOString();
        stack.state = derivedState(stack);
      }),
    );
  };
}

/** A unified diff of two texts, line by line, with everything as one hunk. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return "";
  const [left, right] = [before.trimEnd().split("\n"), after.trimEnd().split("\n")];
  const lengths = Array.from({ length: left.length + 1 }, () => Array.from({ length: right.length + 1 }, () => 0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const line = lengths[row];
      if (line !== undefined) line[column] = left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      lines.push(` ${left[row] ?? ""}`);
      row += 1;
      column += 1;
    } else if (row < left.length && (column >= right.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`-${left[row] ?? ""}`);
      row += 1;
    } else {
      lines.push(`+${right[column] ?? ""}`);
      column += 1;
    }
  }
  return [`--- a/${path}`, `+++ b/${path}`, `@@ -1,${left.length} +1,${right.length} @@`, ...lines, ""].join("\n");
}

export const stacks = {
  listStacks: ({ world, query }) => {
    const seen = ({ name, labels }: StackRecord) => grantsOf(world).some((grant) => covers(grant, name, labels));
    const found = world.stacks.filter((stack) => (query.name === undefined || stack.name === query.name) && seen(stack));
    return ok(page(found.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((stack) => stackListItem(world, stack)), query));
  },
  createStack: ({ world, body }) => {
    const text = definitionText(body);
    checkDefinition(text);
    const name = body.name ?? /^name:\s*["']?([\w-]+)/m.exec(text)?.[1];
    if (name === undefined) throw new Refusal(422, "invalid-name", said("stack_without_name"), { hint: said("give_a_name") });
    const taken = world.stacks.find((one) => one.name === name);
    if (taken !== undefined || name === "taken") {
      throw new Refusal(409, "name-taken", foreign(`there is already a stack \`${name}\``), {
        hint: said("save_version_or_rename", { stack: taken?.id ?? "", name }),
      });
    }
    const stack = addStack(world, name, { versions: [], current: null, state: "not_applied", drift: null, ageMinutes: 0 });
    return created(save(world, stack, text, body.comment ?? "", body.variables ?? {}));
  },
  createStackFromArchive: ({ world, query }) => {
    const name = query.name ?? "uploaded";
    const stack = addStack(world, name, { versions: [], current: null, state: "not_applied", drift: null, ageMinutes: 0 });
    return created(save(world, stack, `name: ${name}\n\nservices:\n  web:\n    image: nginx:1.27.3\n`, query.comment ?? "", {}));
  },
  showStack: ({ world, path }) => {
    const stack = stackOf(world, path.id);
    return ok({ ...stackBody(world, stack), actions: stackOffers(stack), waits_behind: null }, { ETag: `"${revisionOf(stack)}"` });
  },
  changeStack: ({ world, path, body, headers }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    stack.onFailure = body.on_failure ?? stack.onFailure;
    stack.revision += 1;
    changed(world, ["stacks", "audit"], [stack.id]);
    return ok(stackBody(world, stack));
  },
  setStackLabels: ({ world, path, headers, body: { labels } }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    if (Object.keys(labels).length > 32) throw new Refusal(400, "invalid-request", foreign("a stack has at most 32 labels"));
    stack.labels = labels;
    stack.revision += 1;
    changed(world, ["stacks", "audit"], [stack.id]);
    return ok(stackBody(world, stack));
  },
  showStackStatus: ({ world, path }) => {
    const stack = stackOf(world, path.id);
    return ok({
      age_seconds: world.workerAway ? 900 : 1,
      current_version: stack.current,
      drift: stack.drift,
      latest_version: stack.versions.length,
      name: stack.name,
      observed_at: new Date(Date.now() - (world.workerAway ? 900_000 : 1000)).toISOString(),
      services: servicesOf(stack).map((service) => serviceStatus(stack, service)),
      spoofed: [],
      stack_id: stack.id,
      state: stack.state,
      waits_behind: null,
    });
  },
  proposeDefinition: ({ world, path }) => {
    const stack = stackOf(world, path.id);
    if (stack.current === null) throw new Refusal(409, "not-applied", said("stack_never_applied"), { hint: said("apply_a_version_first") });
    const kept = latestVersion(stack)?.files ?? {};
    const files = (stack.drift?.files ?? []).map(({ path: file, edit }) => ({
      path: file,
      content: edit === "removed" ? null : `${kept[file] ?? ""}# edited on the host\n`,
      executable: false,
    }));
    const others = (stack.drift?.steps ?? []).filter((step) => step.op === "create_container");
    return ok({
      base_version: stack.versions.length,
      files,
      left: others.map(({ service, subject }) => ({ service, subject, reason: said("made_from_another_definition") })),
      observed_at: new Date(Date.now() - 1000).toISOString(),
      written: [],
    });
  },
  listStackContainers: ({ world, path }) =>
    ok({ age_seconds: 1, items: allContainers(stackOf(world, path.id)), observed_at: new Date(Date.now() - 1000).toISOString() }),
  applyVersion,
  rollBackToVersion: ({ world, path, headers, body }) => {
    const stack = stackOf(world, path.id);
    const version = versionOf(stack, path.version);
    checkMatch(stack, headers);
    return accepted(startApply(world, stack, version, "ROLLBACK", body?.plan_id ?? null));
  },
  deployArtifact: ({ world, path, headers, query }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    const container = `${stack.name}-${query.service ?? ""}-1`;
    const artifact = query.file_name ?? "artifact";
    save(world, stack, latestVersion(stack)?.compose ?? "", query.comment ?? `Deploy ${artifact}`, {});
    const version = versionOf(stack, stack.versions.length);
    const command = addCommand(world, "DEPLOY", stack, {
      version: version.version,
      payload: { kind: "DEPLOY", version: version.version, force_recreate: [], on_failure: stack.onFailure, plan_id: null, readiness: "ready", service: query.service ?? "", slot: query.slot ?? "" },
    });
    const slot = query.slot ?? "app";
    return accepted(
      enqueue(
        world,
        command,
        [
          { op: "put_artifact", target: container, action: said("step_put_artifact", { artifact, digest: hex(artifact, 12), container, path: "/app" }), cause: said("cause_artifact_changed", { slot }) },
          { op: "activate_artifact", target: container, action: said("step_activate", { slot, container }), cause: said("cause_artifact_inactive", { slot }) },
          { op: "verify_artifact", target: container, action: said("step_verify", { slot, container }), cause: said("cause_artifact_unverified", { slot }) },
        ],
        applied(stack, version),
      ),
    );
  },
  startStack: power("START", "start_container"),
  stopStack: power("STOP", "stop_container"),
  restartStack: power("RESTART", "restart_container"),
  deleteStack: ({ world, path, headers, body }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    const { volumes = false, containers = true, definition = true, plan_id = null } = body ?? {};
    const command = addCommand(world, "DELETE", stack, { payload: { kind: "DELETE", containers, definition, volumes, plan_id } });
    return accepted(
      enqueue(world, command, containers ? removeSteps(stack, volumes) : [], () => {
        if (definition) world.stacks = world.stacks.filter((one) => one !== stack);
        else stack.current = null;
      }),
    );
  },
  listVersions: ({ world, path, query }) => {
    const stack = stackOf(world, path.id);
    return ok(page(stack.versions.toReversed().map((one) => versionSummary(stack, one)), query));
  },
  saveVersion: ({ world, path, body, headers }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    if (body.comment?.includes("stale") === true) throw stale(revisionOf(stack));
    const text = definitionText(body);
    checkDefinition(text);
    return created(save(world, stack, text, body.comment ?? "", body.variables ?? {}));
  },
  saveVersionFromArchive: ({ world, path, headers, query }) => {
    const stack = stackOf(world, path.id);
    checkMatch(stack, headers);
    return created(save(world, stack, latestVersion(stack)?.compose ?? "", query.comment ?? "", {}));
  },
  showVersion: ({ world, path }) => {
    const stack = stackOf(world, path.id);
    return ok(versionBody(stack, versionOf(stack, path.version)));
  },
  listVersionFiles: ({ world, path }) => {
    const version = versionOf(stackOf(world, path.id), path.version);
    const items = Object.entries({ "compose.yml": version.compose, ...version.files });
    return ok({ items: items.map(([name, text]) => ({ executable: false, hash: digest(text), path: name, size: text.length })) });
  },
  showVersionFile: ({ world, path }) => {
    const version = versionOf(stackOf(world, path.id), path.version);
    const text = { "compose.yml": version.compose, ...version.files }[path.path];
    if (text === undefined) throw new Refusal(404, "file-not-found", foreign(`there is no file \`${path.path}\` in this version`));
    return new Response(text, { headers: { "Content-Type": "application/octet-stream" } });
  },
  diffVersions: ({ world, path }) => {
    const stack = stackOf(world, path.id);
    const [before, after] = [versionOf(stack, path.from_version), versionOf(stack, path.to_version)];
    const text = unifiedDiff("compose.yml", before.compose, after.compose);
    const images = after.services.flatMap((service) => {
      const former = before.services.find((one) => one.name === service.name);
      const place = `services.${service.name}`;
      if (former === undefined) return [{ after: { image: service.image }, before: null, path: place }];
      const found: { after: unknown; before: unknown; path: string }[] = [];
      if (former.image !== service.image) found.push({ after: service.image, before: former.image, path: `${place}.image` });
      if (former.replicas !== service.replicas) found.push({ after: service.replicas, before: former.replicas, path: `${place}.deploy.replicas` });
      return found;
    });
    return ok({
      artifacts: [],
      files: text === "" ? [] : [{ path: "compose.yml", unified: text }],
      from_version: before.version,
      model: images,
      text,
      to_version: after.version,
      variables: [],
    });
  },
  makePlan: ({ world, path, query }) => {
    const stack = stackOf(world, path.id);
    const version = versionOf(stack, path.version);
    return created(storePlan(world, stack, query.purpose ?? "apply", version, stepsTo(stack, version), admin));
  },
} satisfies Partial<Handlers>;

