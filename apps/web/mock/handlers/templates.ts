import { coversTemplate } from "../../src/access/rights";
import type { ConvertedTemplate, TemplateDetails, TemplateListItem, TemplateParameter, TemplateVersionSummary } from "../../src/api/generated/types.gen";
import { created, nothing, ok, page, Refusal, type Handlers } from "../api";
import { composeModel, service } from "../definition";
import { addTemplate, declaration } from "../fixtures/templates";
import { digest } from "../random";
import { grantsOf } from "../rights";
import { foreign, said } from "../said";
import { admin, changed, type TemplateRecord, type TemplateVersionRecord, type World } from "../world";
import { checkDefinition, definitionText, summary, unifiedDiff } from "./stacks";

export function templateOf(world: World, name: string): TemplateRecord {
  const template = world.templates.find((one) => one.name === name);
  if (template === undefined) throw new Refusal(404, "template-not-found", foreign(`there is no template \`${name}\``));
  return template;
}

function versionOf(template: TemplateRecord, number: number | string): TemplateVersionRecord {
  const version = template.versions[Number(number) - 1];
  if (version === undefined) throw new Refusal(404, "template-version-not-found", foreign(`the template has no version ${number}`));
  return version;
}

export const newest = (template: TemplateRecord): TemplateVersionRecord => versionOf(template, template.versions.length);

const versionSummary = ({ version, author, createdAt, comment, compose }: TemplateVersionRecord): TemplateVersionSummary => ({ version, author, created_at: createdAt, comment, content_hash: digest(compose) });

const body = (template: TemplateRecord) => ({
  template_id: template.id,
  name: template.name,
  latest_version: template.versions.length,
  created_by: template.createdBy,
  created_at: template.createdAt,
  updated_at: newest(template).createdAt,
});

function listItem(template: TemplateRecord): TemplateListItem {
  const { title, description } = newest(template).declaration;
  return { ...body(template), title, description, instances: template.instances.length };
}

const details = (template: TemplateRecord): TemplateDetails => ({ ...body(template), latest: versionSummary(newest(template)), declaration: newest(template).declaration });

const saved = (template: TemplateRecord) => ({
  template: body(template), version: versionSummary(newest(template)), declaration: newest(template).declaration, warnings: [], findings: [], findings_summary: summary([]),
});

/** What a parameter without a value has. */
export function filled({ name, kind, default_value: value, pattern, path, root, port_range: range }: TemplateParameter, key: string): string | null {
  if (kind === "secret") return null;
  if (kind === "host") return (pattern ?? name).replace("{key}", key);
  if (kind === "folder" || kind === "file") return path === null ? "" : `/srv/${root ?? ""}/${path.replace("{key}", key)}`;
  if (kind === "host_port") return String(Number((range ?? "8002").split("-")[0]) + 9);
  return value === null || value === undefined ? "" : String(value);
}

/** Refuses what the server would; a value with the word `boom` stands for any other. */
export function checkValues(template: TemplateRecord, values: Readonly<Record<string, unknown>>): void {
  const bad = newest(template).declaration.parameters.filter(({ name, kind, optional, generate }) => String(values[name] ?? "").includes("boom") || (kind === "secret" && generate === null && !optional && values[name] === undefined));
  if (bad.length === 0) return;
  const errors = bad.map(({ name, pattern }) => {
    const what = values[name] === undefined ? said("parameter_without_value") : said("value_not_matching", { pattern: pattern ?? "[a-z]+" });
    return { code: "invalid-parameter" as const, column: 7, expected: null, file: "compose.yaml", hint: null, length: name.length, line: 9, message: said("parameter_refused", { parameter: name, what }) };
  });
  throw new Refusal(422, "invalid-definition", foreign("the definition has errors"), { errors });
}

function save(world: World, template: TemplateRecord, text: string, comment: string): void {
  checkDefinition(text);
  const former = template.versions.at(-1)?.declaration ?? declaration();
  template.versions.push({ version: template.versions.length + 1, author: admin, comment, createdAt: new Date().toISOString(), compose: text, declaration: former });
  changed(world, ["audit"]);
}

/** The titles in a file of application templates, in both of its versions. */
function portainerTitles(file: unknown): string[] {
  const list: unknown = typeof file === "object" && file !== null && "templates" in file ? file.templates : file;
  return (Array.isArray(list) ? list : []).map((one: { title?: unknown } | null) => String(one?.title ?? "Untitled"));
}

const converted = (title: string): ConvertedTemplate => ({
  name: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"), title, description: null, compose: "services:\n  web:\n    image: nginx:1.27.3\n", notes: [], problem: null,
});

export const templates = {
  listTemplates: ({ world, query }) => ok(page(world.templates.filter(({ name }) => grantsOf(world).some((grant) => coversTemplate(grant, name))).toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(listItem), query)),
  createTemplate: ({ world, body: given }) => {
    const text = definitionText(given);
    checkDefinition(text);
    const name = given.name ?? "";
    if (world.templates.some((one) => one.name === name)) throw new Refusal(409, "template-name-taken", foreign(`there is already a template \`${name}\``));
    const template = addTemplate(world, name, [{ compose: text, comment: given.comment ?? "", ageMinutes: 0, declaration: declaration() }]);
    changed(world, ["audit"]);
    return created(saved(template));
  },
  createTemplateFromArchive: "not mocked",
  convertTemplates: ({ body: { portainer } }) => ok({ items: portainerTitles(portainer).map(converted) }),
  showTemplate: ({ world, path }) => {
    const template = templateOf(world, path.template);
    return ok(details(template), { ETag: `"v${template.versions.length}"` });
  },
  deleteTemplate: ({ world, path }) => {
    const template = templateOf(world, path.template);
    if (template.instances.length > 0) throw new Refusal(409, "template-in-use", foreign(`the template \`${template.name}\` has instances`));
    world.templates = world.templates.filter((one) => one !== template);
    changed(world, ["audit"]);
    return nothing;
  },
  renderTemplate: ({ world, path, body: { key, values = {}, version } }) => {
    const template = templateOf(world, path.template);
    checkValues(template, values);
    const { parameters, url } = newest(template).declaration;
    const known = parameters.map((parameter) => [parameter.name, values[parameter.name] === undefined ? filled(parameter, key) : String(values[parameter.name])] as const);
    const plain = known.filter(([name]) => parameters.find((one) => one.name === name)?.kind !== "secret");
    const variables = Object.fromEntries([...plain, ["INSTANCE", key], ["TEMPLATE_NAME", template.name]].map(([name, value]) => [name ?? "", value ?? ""]));
    const named = (kind: TemplateParameter["kind"]) => parameters.filter((one) => one.kind === kind).map(({ name }) => name);
    const stack = `${template.name}-${key}`;
    return ok({
      version: version ?? template.versions.length,
      stack_name: stack,
      variables,
      secret_variables: named("secret"),
      hosts: named("host").map((name) => variables[name] ?? ""),
      ports: Object.fromEntries(named("host_port").map((name) => [name, Number(variables[name])])),
      url: url === null ? null : url.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "key" ? key : (variables[name] ?? ""))),
      model: composeModel(stack, [service("web", "registry.example.com/site/web:4.1.0")]),
      warnings: [],
      findings: [],
      findings_summary: summary([]),
    });
  },
  listTemplateVersions: ({ world, path, query }) => ok(page(templateOf(world, path.template).versions.toReversed().map(versionSummary), query)),
  saveTemplateVersion: ({ world, path, body: given, headers }) => {
    const template = templateOf(world, path.template);
    const match = headers.get("If-Match");
    if (match !== null && match !== `"v${template.versions.length}"`) throw new Refusal(412, "template-changed", foreign("the template has a newer version"));
    save(world, template, definitionText(given), given.comment ?? "");
    return created(saved(template));
  },
  saveTemplateVersionFromArchive: "not mocked",
  showTemplateVersion: ({ world, path }) => {
    const version = versionOf(templateOf(world, path.template), path.version);
    const { compose } = version;
    return ok({ ...versionSummary(version), declaration: version.declaration, variables: {}, warnings: [], files: [{ executable: false, hash: digest(compose), path: "compose.yaml", size: compose.length }] });
  },
  showTemplateFile: ({ world, path }) => {
    const { compose } = versionOf(templateOf(world, path.template), path.version);
    if (path.path !== "compose.yaml") throw new Refusal(404, "file-not-found", foreign(`there is no file \`${path.path}\` in this version`));
    return new Response(compose, { headers: { "Content-Type": "application/octet-stream" } });
  },
  diffTemplateVersions: ({ world, path }) => {
    const template = templateOf(world, path.template);
    const [before, after] = [versionOf(template, path.from_version), versionOf(template, path.to_version)];
    const text = unifiedDiff("compose.yaml", before.compose, after.compose);
    return ok({ from_version: before.version, to_version: after.version, text, files: text === "" ? [] : [{ path: "compose.yaml", unified: text }] });
  },
} satisfies Partial<Handlers>;
