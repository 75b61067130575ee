// Values that stand inside the sentences of the API. The server sends a value as it is in JSON; in another language than English its
// word stands in the sentence, the same one as everywhere else on the page. What is a name, a path, a number or code is no value of
// a set and stays as it is.

import type { ArtifactForm, CommandKind, CommandStatus, Health, ObjectKind } from "@/api/generated";
import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { COMMAND_KINDS } from "./kinds";
import { COMMAND_STATUSES, HEALTHS } from "./states";

type Words<Value extends string = string> = Readonly<Record<Value, MessageDescriptor>>;

const COMMAND_STATUS_WORDS = wordsOf<CommandStatus>(COMMAND_STATUSES);
const HEALTH_WORDS = wordsOf<Health>(HEALTHS);

/** Of containers, as the worker says them while it waits. */
const CONTAINER_STATES = {
  created: msg`created`,
  starting: msg`starting`,
  running: msg`running`,
  paused: msg`paused`,
  restarting: msg`restarting`,
  exited: msg`exited`,
  removing: msg`being removed`,
  dead: msg`dead`,
} satisfies Words;

/** Of containers, as `docker ps` shows them. */
const CONTAINER_STATUSES = {
  Up: msg`running`,
  "Up (healthy)": msg`running and healthy`,
  "Up (health: starting)": msg`starting`,
  "Up (unhealthy)": msg`unhealthy`,
  "Up (Paused)": msg`paused`,
  Restarting: msg`restarting`,
  Created: msg`created`,
  "Removal In Progress": msg`being removed`,
  Dead: msg`dead`,
} satisfies Words;

const OBJECTS = { container: msg`container`, network: msg`network`, volume: msg`volume` } satisfies Words<ObjectKind>;
const PRUNED = { ...OBJECTS, image: msg`image`, "build cache": msg`build cache` } satisfies Words;
const DECLARED = { ...OBJECTS, service: msg`service`, secret: msg`secret`, config: msg`config` } satisfies Words;
const FORMS = { file: msg`a file`, tree: msg`a folder of files` } satisfies Words<ArtifactForm>;
const JSON_PARTS = { "a list": msg`a list`, "an object": msg`an object`, "a string": msg`a string`, "a value": msg`a value` } satisfies Words;

/** Kinds of objects and actions that only the engine's own words name, where it says more than the sentences have. */
const ENGINE_KINDS = { ...OBJECTS, image: msg`image`, plugin: msg`plugin`, daemon: msg`engine`, builder: msg`builder` } satisfies Words;
const ENGINE_ACTIONS = {
  attach: msg`attached`,
  detach: msg`detached`,
  commit: msg`saved as an image`,
  copy: msg`files copied`,
  export: msg`exported`,
  resize: msg`terminal resized`,
  top: msg`processes listed`,
  prune: msg`pruned`,
  push: msg`pushed`,
  save: msg`saved`,
  import: msg`imported`,
  reload: msg`settings reloaded`,
} satisfies Words;

/** Which values a parameter of a sentence has: by code and name of the parameter. */
export const VALUES: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  alert_command_failed: { kind: COMMAND_KINDS },
  alert_command_settled: { kind: COMMAND_KINDS },
  alert_queue_blocked: { kind: COMMAND_KINDS },
  alert_queue_free: { kind: COMMAND_KINDS },
  artifact_of_other_form: { wanted: FORMS, given: FORMS },
  command_ended_already: { status: COMMAND_STATUS_WORDS },
  command_failed: { kind: COMMAND_KINDS satisfies Words<CommandKind> },
  command_failed_silently: { kind: COMMAND_KINDS },
  command_has_ended: { status: COMMAND_STATUS_WORDS },
  command_has_not_failed: { status: COMMAND_STATUS_WORDS },
  command_not_failed: { status: COMMAND_STATUS_WORDS },
  command_not_for_workers: { kind: COMMAND_KINDS },
  command_of_the_system: { kind: COMMAND_KINDS },
  command_stuck: { kind: COMMAND_KINDS },
  container_is: { state: CONTAINER_STATES },
  declared_differently: { word: DECLARED },
  file_undefined: { kind: DECLARED },
  event_container_health: { health: HEALTH_WORDS },
  event_other: { kind: ENGINE_KINDS, action: ENGINE_ACTIONS },
  not_healthy_in_time: { state: CONTAINER_STATES },
  parser_end_of_input: { what: JSON_PARTS },
  prune_changed: { kind: PRUNED },
  prune_in_use: { kind: PRUNED },
  prune_nothing_named: { kind: PRUNED },
  prune_stays: { kind: PRUNED },
  prune_stays_foreign: { kind: PRUNED },
  prune_stays_young: { kind: PRUNED },
  service_failed: { status: CONTAINER_STATUSES },
  spoofed_is_left_alone: { kind: OBJECTS },
  superseded_by: { kind: COMMAND_KINDS },
  waiting_for: { state: CONTAINER_STATES },
};

/** What a step waits for, as it is now. */
export function stateWord(state: string): string {
  return valueWord("waiting_for", "state", state);
}

function wordsOf<Value extends string>(looks: Readonly<Record<Value, { word: MessageDescriptor }>>): Words<Value> {
  return Object.fromEntries(Object.entries<{ word: MessageDescriptor }>(looks).map(([value, { word }]) => [value, word])) as Words<Value>;
}

const EXITED = /^Exited \((\d+)\)$/;
const SIZE = /^(\d+)(?:\.(\d+))? ([KMGTk]i?)?B$/;

/** What stands in a sentence of another language for a value. */
export function valueWord(code: string, param: string, value: string): string {
  const word = VALUES[code]?.[param]?.[value];
  if (word !== undefined) return i18n._(word);
  const exited = code === "service_failed" ? EXITED.exec(value)?.[1] : undefined;
  if (exited !== undefined) return i18n._(msg`exited with code ${exited}`);
  const size = SIZE.exec(value);
  return size === null || i18n.locale !== "fr" ? value : `${size[1]}${size[2] === undefined ? "" : `,${size[2]}`}\u00A0${size[3] ?? ""}o`;
}
