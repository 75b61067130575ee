import type { PlannedUpgrade, Rollout } from "../../src/api/generated/types.gen";
import { accepted, ok, page, Refusal, type Handlers } from "../api";
import { foreign, said } from "../said";
import { admin, changed, type TemplateRecord, type World } from "../world";
import { bring, found, type Found } from "./instances";
import { templateOf } from "./templates";

const OPEN = new Set<Rollout["state"]>(["running", "stopping", "cancelling"]);
const ENDS: Partial<Record<Rollout["state"], Rollout["state"]>> = { stopping: "stopped", cancelling: "cancelled" };

function rolloutOf(template: TemplateRecord): Rollout {
  if (template.rollout === null) throw new Refusal(404, "no-rollout", said("no_rollout"), { hint: said("start_rollout") });
  return template.rollout;
}

function checkVersion(template: TemplateRecord, version: number): number {
  if (template.versions[version - 1] === undefined) throw new Refusal(404, "template-version-not-found", foreign(`the template has no version ${version}`));
  return version;
}

const behind = (world: World, template: TemplateRecord, version: number): Found[] =>
  found(world, template).filter(({ instance }) => instance.templateVersion !== version).toSorted((a, b) => (a.instance.key < b.instance.key ? -1 : 1));

/** The oldest version stands for instances that lack a value which a later one asks for. */
function planned(key: string, from: number, to: number): PlannedUpgrade {
  const plan = { key, template_version: from, message: null, services: [] };
  if (from === to) return { ...plan, kind: "none" };
  return from === 1 ? { ...plan, kind: "refused", message: foreign("`LICENCE_KEY` has no value") } : { ...plan, kind: "upgrade", services: ["web"] };
}

/** Begins as many upgrades as may be under way, and ends the rollout when none is left. */
function goOn(world: World, template: TemplateRecord, rollout: Rollout): void {
  const tried = new Set(rollout.failed.map(({ key }) => key));
  const waiting = behind(world, template, rollout.version).filter(({ instance }) => !tried.has(instance.key));
  while (rollout.state === "running" && rollout.under_way.length < rollout.at_once) {
    const next = waiting.shift();
    if (next === undefined) break;
    const { key, templateVersion } = next.instance;
    const { message } = planned(key, templateVersion, rollout.version);
    if (message !== null) {
      rollout.failed.push({ key, message });
      if (rollout.on_failure === "stop") rollout.state = "stopping";
      continue;
    }
    next.instance.templateVersion = rollout.version;
    const command = bring(world, next, () => {
      rollout.under_way = rollout.under_way.filter((one) => one.key !== key);
      rollout.upgraded += 1;
      goOn(world, template, rollout);
    });
    rollout.under_way.push({ key, command_id: command.command_id });
  }
  rollout.waiting = rollout.state === "running" ? waiting.length : 0;
  if (rollout.under_way.length > 0) return;
  rollout.state = ENDS[rollout.state] ?? "done";
  rollout.ended_at = new Date().toISOString();
}

export const rollouts = {
  showRollout: ({ world, path }) => ok(rolloutOf(templateOf(world, path.template))),
  planRollout: ({ world, path, query }) => {
    const template = templateOf(world, path.template);
    const version = checkVersion(template, query.version ?? template.versions.length);
    const all = found(world, template).toSorted((a, b) => (a.instance.key < b.instance.key ? -1 : 1));
    const items = all.map(({ instance: { key, templateVersion } }) => planned(key, templateVersion, version));
    return ok({ version, ...page(items, query) });
  },
  startRollout: ({ world, path, body: given }) => {
    const template = templateOf(world, path.template);
    const version = checkVersion(template, given?.version ?? template.versions.length);
    const former = template.rollout;
    if (former !== null && OPEN.has(former.state)) throw new Refusal(409, "rollout-under-way", said("rollout_under_way", { version: former.version }), { hint: said("cancel_rollout") });
    const rollout: Rollout = {
      version, state: "running", at_once: given?.at_once ?? 5, on_failure: given?.on_failure ?? "stop", comment: given?.comment ?? "", started_by: admin, started_at: new Date().toISOString(), ended_at: null,
      waiting: behind(world, template, version).length, under_way: [], upgraded: 0, failed: [],
    };
    template.rollout = rollout;
    goOn(world, template, rollout);
    changed(world, ["audit"]);
    return accepted(rollout);
  },
  cancelRollout: ({ world, path }) => {
    const template = templateOf(world, path.template);
    const rollout = rolloutOf(template);
    if (rollout.state === "running" || rollout.state === "stopping") {
      rollout.state = "cancelling";
      goOn(world, template, rollout);
    }
    changed(world, ["audit"]);
    return ok(rollout);
  },
} satisfies Partial<Handlers>;
