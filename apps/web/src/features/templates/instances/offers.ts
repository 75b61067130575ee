// What makes sense for an instance as it is. The server decides; this says why something is no help before it is tried.

import type { Instance, TemplateDeclaration } from "@/api/generated";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

export type InstancePower = "start" | "stop" | "restart" | "rebuild";

/** What is offered for instances of a template: only those that build can be built again. */
export function powersOf({ build }: Pick<TemplateDeclaration, "build">): InstancePower[] {
  return build.length > 0 ? ["start", "restart", "stop", "rebuild"] : ["start", "restart", "stop"];
}

/** Why it is not possible now; undefined if it is. */
export function whyNot({ phase }: Pick<Instance, "phase">, power: InstancePower): MessageDescriptor | undefined {
  if (phase === "removing") return msg`It is being removed`;
  if (power === "rebuild") return phase === "building" || phase === "queued" ? msg`It has been asked for already` : undefined;
  if (power === "start") return phase === "serving" ? msg`It runs` : phase === "starting" ? msg`It has been asked for already` : undefined;
  if (phase === "asleep") return power === "stop" ? msg`It is asleep: nothing of it runs` : msg`It is asleep: start it to wake it`;
  if (power === "stop" && (phase === "stopped" || phase === "built")) return msg`Nothing of it runs at the moment.`;
  return power === "stop" && phase === "stopping" ? msg`It has been asked for already` : undefined;
}

/** Whether there is a newer version of the template than the one that the instance was made from. */
export function isBehind(instance: Pick<Instance, "template_version" | "phase">, latest: number): boolean {
  return instance.template_version < latest && instance.phase !== "removing";
}

/** An address that a browser may follow. Whatever else a template says is shown as text. */
export function isLink(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
