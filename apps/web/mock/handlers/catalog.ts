import type { Message, WizardDraft, WizardProblem, WizardRequest } from "../../src/api/generated/types.gen";
import { ok, Refusal, type Handlers } from "../api";
import { composeFile, composeModel } from "../definition";
import { catalog, draftOf, servicesFor } from "../fixtures/catalog";
import { foreign, said } from "../said";
import { findStack, type World } from "../world";
import { stackOf, stacks, unifiedDiff, versionOf } from "./stacks";

const published = (world: World, port: string, except: string | null): string | undefined =>
  world.stacks.find((stack) => stack.id !== except && stack.current !== null && stack.versions.at(-1)?.services.some((one) => one.ports.some((each) => each.split("->")[0]?.split(":").at(-1) === port)))?.name;

function problemsOf(request: WizardRequest): WizardProblem[] {
  const problems: WizardProblem[] = [];
  const add = (code: string, pointer: string, message: Message) => problems.push({ code, pointer, message, hint: null });
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(request.name)) add("name-invalid", "/name", said("wizard_name_invalid", { name: request.name }));
  for (const [at, component] of request.components.entries()) {
    const entry = catalog.find((one) => one.id === component.entry);
    if (entry === undefined) {
      add("wizard_entry_unknown", `/components/${at}/entry`, said("wizard_entry_unknown", { id: component.entry }));
      continue;
    }
    if (request.components.some((one, other) => other < at && one.as === component.as)) add("wizard_name_taken", `/components/${at}/as`, said("wizard_name_taken", { name: component.as }));
    for (const option of entry.options) {
      const value = component.options?.[option.id] ?? option.default;
      const pointer = `/components/${at}/options/${option.id}`;
      if ((value === null || value === undefined || value === "") && !option.optional) add("wizard_option_missing", pointer, said("wizard_option_missing", { id: option.id }));
      else if (option.pattern !== null && typeof value === "string" && !new RegExp(option.pattern).test(value)) add("wizard_value_pattern", pointer, said("wizard_value_pattern", { pattern: option.pattern }));
      else if ((option.kind === "port" || option.kind === "host_port") && value !== null && value !== undefined && !(Number(value) >= 1 && Number(value) <= 65_535)) add("wizard_value_most", pointer, said("wizard_value_most", { max: 65_535 }));
    }
    for (const need of entry.requires) {
      if (!need.optional && component.connect?.[need.id] === undefined) add("wizard_requirement_missing", `/components/${at}/connect/${need.id}`, said("wizard_requirement_missing", { interfaces: need.interfaces.map((one) => `\`${one}\``).join(", ") }));
    }
  }
  return problems;
}

function draft(world: World, request: WizardRequest): WizardDraft {
  const base = request.base === null || request.base === undefined ? undefined : findStack(world, request.base.stack_id)?.versions[request.base.version - 1];
  const added = servicesFor(request.components).filter((one) => base?.services.some((kept) => kept.name === one.name) !== true);
  const services = [...(base?.services ?? []), ...added];
  const compose = base === undefined ? draftOf(request.name, request.components) : composeFile(request.name, services);
  const lines = compose.split("\n");
  const indexOf = (name: string) => request.components.findIndex((one) => one.as === name);
  const written = (name: string) => (indexOf(name) === -1 ? null : indexOf(name));
  const origin = request.components.flatMap((component) => {
    const first = lines.indexOf(`  ${component.as}:`);
    if (first === -1) return [];
    const length = lines.slice(first + 1).findIndex((line) => !line.startsWith("    "));
    return [{ since_line: first + 1, until_line: first + 1 + Math.max(0, length), component: indexOf(component.as) }];
  });
  const nodes = [
    ...services.map((one) => ({ id: `service:${one.name}`, kind: "service" as const, label: one.name, component: written(one.name) })),
    ...services.flatMap((one) => one.volumes.map((volume) => ({ id: `volume:${volume.split(":")[0] ?? ""}`, kind: "volume" as const, label: volume.split(":")[0] ?? "", component: written(one.name) }))),
    ...[...new Set(services.flatMap((one) => one.networks))].map((network) => ({ id: `network:${network}`, kind: "network" as const, label: network, component: null })),
  ];
  const edges = services.flatMap((one) => [
    ...Object.entries(one.dependsOn).map(([other, condition]) => ({ source: `service:${one.name}`, target: `service:${other}`, kind: "depends_on" as const, condition })),
    ...one.volumes.map((volume) => ({ source: `service:${one.name}`, target: `volume:${volume.split(":")[0] ?? ""}`, kind: "mounts" as const, condition: null })),
    ...one.networks.map((network) => ({ source: `service:${one.name}`, target: `network:${network}`, kind: "joins" as const, condition: null })),
  ]);
  return {
    compose,
    variables: request.components.flatMap((component) => {
      const secrets = catalog.find((one) => one.id === component.entry)?.secrets ?? [];
      return secrets.map((secret) => ({ name: `${component.as.toUpperCase().replaceAll("-", "_")}_${secret.id.toUpperCase()}`, secret: true, generated: true }));
    }),
    graph: { nodes, edges },
    findings: [],
    problems: problemsOf(request),
    ports: services.flatMap((one) =>
      one.ports.map((port) => {
        const host = port.split("->")[0]?.split(":") ?? [];
        const number = host.at(-1) ?? "";
        const other = published(world, number, request.base?.stack_id ?? null);
        return { host_ip: host.length > 1 ? (host[0] ?? null) : null, port: Number(number), protocol: "tcp", service: one.name, conflict: other === undefined ? null : said("wizard_port_of_container", { container: `${other}-proxy-1`, image: "traefik:v3.2.1" }), free: other === undefined ? null : Number(number) + 1 };
      }),
    ),
    origin,
    model: services.length === 0 ? null : composeModel(request.name, services),
    changes: base === undefined ? null : unifiedDiff("compose.yml", base.compose, compose),
  };
}

export const catalogue = {
  listCatalog: () => ok({ items: catalog, problems: [] }),
  showCatalogEntry: ({ path }) => {
    const found = catalog.find((one) => one.id === path.id);
    if (found === undefined) throw new Refusal(404, "not-found", foreign("the catalogue has no such entry"));
    return ok(found);
  },
  importTemplates: () => ok({ entries: [], skipped: [{ title: "WordPress", message: foreign("it points to an address, which is never fetched: paste the file instead") }] }),
  draftWizard: ({ world, body }) => ok(draft(world, body)),
  saveWizard: (call) => {
    const { world, headers, signal, body: request } = call;
    const [first] = problemsOf(request);
    if (first !== undefined) throw new Refusal(422, "invalid-definition", first.message);
    const body = { compose: draft(world, request).compose, name: request.name, comment: request.comment ?? null };
    const base = request.base ?? null;
    if (base === null) return stacks.createStack({ world, headers, signal, path: undefined as never, query: {}, body });
    return stacks.saveVersion({ world, headers, signal, path: { id: base.stack_id }, query: {}, body });
  },
  openWizard: ({ world, path }) => {
    const version = versionOf(stackOf(world, path.id), path.version);
    // As if those that the catalogue has an entry for had been chosen in the wizard.
    const components = version.services.flatMap(({ name, image }) => {
      const entry = catalog.find((one) => one.versions.some((each) => each.image.split(":")[0] === image.split(":")[0]));
      return entry === undefined ? [] : [{ entry: entry.id, as: name, version: entry.versions[0]?.id ?? null, image: null, options: {}, connect: {}, sleep: null }];
    });
    const unknown = version.services.filter((one) => components.every((each) => each.as !== one.name));
    return ok({ components, editable: true, unknown: unknown.map((one) => `services.${one.name}`) });
  },
} satisfies Partial<Handlers>;
