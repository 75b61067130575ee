// What a person has chosen, and how each choice changes it. What the choices mean is the server's: here they are only kept.

import type { CatalogEntry, WizardBase, WizardComponent, WizardRequest, WizardSleep } from "@/api/generated";
import { freePort, providersFor } from "./fitting";

export interface Component {
  /** Stays the same while the name is typed; only this page knows it. */
  key: number;
  entry: string;
  /** Its name in the stack. */
  as: string;
  version: string | null;
  /** The image in place of that of the version, such as that of a mirror. */
  image: string | null;
  /** Values that are not the usual ones, by option. */
  options: Readonly<Record<string, unknown>>;
  /** Keys of components, by requirement. */
  connect: Readonly<Record<string, number>>;
  /** How its main service wakes and sleeps; null for one that runs all the time. */
  sleep: WizardSleep | null;
}

export interface Choices {
  name: string;
  components: readonly Component[];
  /** Paths of the compose file where a choice wins over a change by hand. */
  overwrite: readonly string[];
}

/** The component that was removed last, as it was, with what was connected to it. */
export interface Removal {
  component: Component;
  index: number;
  users: readonly { key: number; requirement: string }[];
}

export interface WizardState {
  choices: Choices;
  removed: Removal | null;
}

export type Catalogue = ReadonlyMap<string, CatalogEntry>;

export type Change =
  | { kind: "name"; name: string }
  /** With `user`, the new component is what that requirement of another one is connected to. */
  | { kind: "add"; key: number; entry: string; as: string; user?: { key: number; requirement: string } }
  | { kind: "remove"; key: number }
  | { kind: "restore" }
  | { kind: "rename"; key: number; as: string }
  | { kind: "version"; key: number; version: string | null }
  | { kind: "image"; key: number; image: string | null }
  /** Undefined is the usual value. */
  | { kind: "option"; key: number; option: string; value: unknown }
  | { kind: "connect"; key: number; requirement: string; provider: number | null }
  | { kind: "sleep"; key: number; sleep: WizardSleep | null }
  | { kind: "overwrite"; path: string }
  | { kind: "begin"; choices: Choices };

export const NOTHING: Choices = { name: "", components: [], overwrite: [] };

export function reduce(state: WizardState, change: Change, catalogue: Catalogue): WizardState {
  const { choices } = state;
  const of = (key: number, edit: (component: Component) => Component): WizardState => ({
    ...state,
    choices: { ...choices, components: choices.components.map((each) => (each.key === key ? edit(each) : each)) },
  });
  switch (change.kind) {
    case "name":
      return { ...state, choices: { ...choices, name: change.name } };
    case "add":
      return { choices: { ...choices, components: added(choices.components, change, catalogue) }, removed: null };
    case "remove":
      return removed(choices, change.key) ?? state;
    case "restore":
      return state.removed === null ? state : { choices: { ...choices, components: restored(choices.components, state.removed) }, removed: null };
    case "rename":
      return of(change.key, (component) => ({ ...component, as: change.as }));
    case "version":
      return of(change.key, (component) => ({ ...component, version: change.version }));
    case "image":
      return of(change.key, (component) => ({ ...component, image: change.image }));
    case "option":
      return of(change.key, (component) => ({ ...component, options: assigned(component.options, change.option, change.value) }));
    case "connect":
      return of(change.key, (component) => ({ ...component, connect: assigned(component.connect, change.requirement, change.provider ?? undefined) }));
    case "sleep":
      return of(change.key, (component) => ({ ...component, sleep: change.sleep }));
    case "overwrite":
      return { ...state, choices: { ...choices, overwrite: [...new Set([...choices.overwrite, change.path])] } };
    case "begin":
      return { choices: change.choices, removed: null };
  }
}

function assigned<Value>(record: Readonly<Record<string, Value>>, key: string, value: Value | undefined): Record<string, Value> {
  const { [key]: _, ...others } = record;
  return value === undefined ? others : { ...others, [key]: value };
}

function added(components: readonly Component[], { key, entry, as, user }: Extract<Change, { kind: "add" }>, catalogue: Catalogue): Component[] {
  const options = freeOptions(catalogue.get(entry), components, catalogue);
  const all = [...components, { key, entry, as, version: null, image: null, options, connect: {}, sleep: null }];
  const asked = all.map((each) => (each.key === user?.key ? joined(each, { ...each.connect, [user.requirement]: key }) : each));
  return connected(asked, key, catalogue);
}

/** The new component begins with ports of the host that no other one has. */
function freeOptions(entry: CatalogEntry | undefined, components: readonly Component[], catalogue: Catalogue): Record<string, unknown> {
  const taken = new Set(components.flatMap((each) => hostPorts(each, catalogue.get(each.entry))));
  const options: Record<string, unknown> = {};
  for (const option of entry?.options ?? []) {
    if (option.kind !== "host_port" || typeof option.default !== "number") continue;
    const free = freePort(option.default, taken);
    taken.add(free);
    if (free !== option.default) options[option.id] = free;
  }
  return options;
}

function hostPorts(component: Component, entry: CatalogEntry | undefined): number[] {
  const ports = (entry?.options ?? []).filter((option) => option.kind === "host_port").map((option) => component.options[option.id] ?? option.default);
  return ports.filter((port): port is number => typeof port === "number");
}

/** Where a requirement has to be met and one component alone can, it is connected: of the new one, and by the new one. */
function connected(components: readonly Component[], key: number, catalogue: Catalogue): Component[] {
  return components.map((component) => {
    const connect = { ...component.connect };
    for (const requirement of catalogue.get(component.entry)?.requires ?? []) {
      if (requirement.optional || connect[requirement.id] !== undefined) continue;
      const providers = providersFor(requirement, component.key, components, catalogue);
      const [only] = providers;
      if (only === undefined || providers.length > 1) continue;
      if (component.key === key || only.key === key) connect[requirement.id] = only.key;
    }
    return joined(component, connect);
  });
}

function joined(component: Component, connect: Component["connect"]): Component {
  return { ...component, connect };
}

function removed(choices: Choices, key: number): WizardState | null {
  const index = choices.components.findIndex((each) => each.key === key);
  const component = choices.components[index];
  if (component === undefined) return null;
  const users = choices.components.flatMap((each) =>
    Object.entries(each.connect).filter(([, provider]) => provider === key).map(([requirement]) => ({ key: each.key, requirement })),
  );
  const others = choices.components
    .filter((each) => each.key !== key)
    .map((each) => joined(each, Object.fromEntries(Object.entries(each.connect).filter(([, provider]) => provider !== key))));
  return { choices: { ...choices, components: others }, removed: { component, index, users } };
}

function restored(components: readonly Component[], { component, index, users }: Removal): Component[] {
  const asked = components.map((each) => {
    const lost = users.filter((user) => user.key === each.key && each.connect[user.requirement] === undefined);
    return joined(each, { ...each.connect, ...Object.fromEntries(lost.map((user) => [user.requirement, component.key])) });
  });
  const known = new Set(asked.map((each) => each.key));
  const connect = Object.fromEntries(Object.entries(component.connect).filter(([, provider]) => known.has(provider)));
  return asked.toSpliced(index, 0, { ...component, connect });
}

/** A key that no component has. */
export function nextKey(components: readonly Pick<Component, "key">[], gone: Removal | null): number {
  return Math.max(0, gone?.component.key ?? 0, ...components.map((each) => each.key)) + 1;
}

/** The choices of a version, as the server read them from its file. */
export function choicesOf(name: string, components: readonly WizardComponent[]): Choices {
  const keys = new Map(components.map((component, index) => [component.as, index + 1]));
  return {
    name,
    overwrite: [],
    components: components.map(({ entry, as, version, image, options, connect, sleep }, index) => ({
      key: index + 1,
      entry,
      as,
      version: version ?? null,
      image: image ?? null,
      options: options ?? {},
      connect: Object.fromEntries(Object.entries(connect ?? {}).flatMap(([id, other]) => (keys.has(other) ? [[id, keys.get(other)!]] : []))),
      sleep: sleep ?? null,
    })),
  };
}

export function toRequest({ name, components, overwrite }: Choices, base: WizardBase | null): WizardRequest {
  const names = new Map(components.map((each) => [each.key, each.as]));
  return {
    name,
    base,
    components: components.map(({ entry, as, version, image, options, connect, sleep }) => ({
      entry,
      as,
      version,
      image,
      options: { ...options },
      connect: Object.fromEntries(Object.entries(connect).map(([id, provider]) => [id, names.get(provider) ?? ""])),
      sleep,
    })),
    overwrite: [...overwrite],
  };
}

/** Whether something else is chosen than the version has. */
export function isChanged(choices: Choices, before: Choices): boolean {
  const said = (each: Choices) => JSON.stringify({ ...toRequest(each, null), name: "" });
  return said(choices) !== said(before);
}
