// Services of the mock's stacks, and the compose files and models that belong to them.
import type { ComposeModel } from "../src/api/generated/types.gen";

export interface Service {
  name: string;
  image: string;
  replicas: number;
  /** `host->container`, such as `127.0.0.1:8080->80`; without a host port it is only exposed. */
  ports: string[];
  /** Named volumes or host paths, `source:target`. */
  volumes: string[];
  networks: string[];
  /** Service and condition. */
  dependsOn: Record<string, string>;
  environment: Record<string, string>;
  healthcheck: string | null;
  /** Meant to end. */
  job: boolean;
  /** Usual CPU time in percent of one CPU, and memory in MiB with its limit. */
  cpu: number;
  memory: number;
  limit: number | null;
  /** Places for artifacts: slot and path. */
  slots: Record<string, string>;
}

export function service(name: string, image: string, more: Partial<Service> = {}): Service {
  return {
    name,
    image,
    replicas: 1,
    ports: [],
    volumes: [],
    networks: ["default"],
    dependsOn: {},
    environment: {},
    healthcheck: null,
    job: false,
    cpu: 1,
    memory: 64,
    limit: null,
    slots: {},
    ...more,
  };
}

const isNamed = (volume: string) => !volume.startsWith("/") && !volume.startsWith(".");
const namedVolumes = (services: Service[]) => [
  ...new Set(services.flatMap((one) => one.volumes.filter(isNamed).map((volume) => volume.split(":")[0] ?? ""))),
];
const otherNetworks = (services: Service[]) => [
  ...new Set(services.flatMap((one) => one.networks).filter((network) => network !== "default")),
];

/** The compose file, as a person would write it. */
export function composeFile(name: string, services: Service[]): string {
  const lines = [`name: ${name}`, "", "services:"];
  for (const one of services) {
    lines.push(`  ${one.name}:`, `    image: ${one.image}`);
    if (!one.job) lines.push("    restart: unless-stopped");
    if (one.replicas > 1) lines.push("    deploy:", `      replicas: ${one.replicas}`);
    if (Object.keys(one.environment).length > 0) {
      lines.push("    environment:", ...Object.entries(one.environment).map(([key, value]) => `      ${key}: ${value}`));
    }
    const published = one.ports.filter((port) => port.includes("->"));
    if (published.length > 0) lines.push("    ports:", ...published.map((port) => `      - "${port.replace("->", ":")}"`));
    if (one.volumes.length > 0) lines.push("    volumes:", ...one.volumes.map((volume) => `      - ${volume}`));
    if (Object.keys(one.dependsOn).length > 0) {
      lines.push("    depends_on:");
      for (const [other, condition] of Object.entries(one.dependsOn)) lines.push(`      ${other}:`, `        condition: ${condition}`);
    }
    if (one.healthcheck !== null) {
      lines.push("    healthcheck:", `      test: [CMD-SHELL, "${one.healthcheck}"]`, "      interval: 10s", "      retries: 5");
    }
    if (one.limit !== null) lines.push(`    mem_limit: ${one.limit}m`);
    const slots = Object.entries(one.slots);
    if (slots.length > 0) lines.push("    x-core-monitor:", "      deploy:", ...slots.flatMap(([slot, target]) => [`        ${slot}:`, `          target: ${target}`]));
    if (one.networks.some((network) => network !== "default")) lines.push(`    networks: [${one.networks.join(", ")}]`);
  }
  const volumes = namedVolumes(services);
  const networks = otherNetworks(services);
  if (networks.length > 0) lines.push("", "networks:", ...networks.flatMap((network) => [`  ${network}:`, "    internal: true"]));
  if (volumes.length > 0) lines.push("", "volumes:", ...volumes.map((volume) => `  ${volume}:`));
  return `${lines.join("\n")}\n`;
}

/** The model that the server makes of it. */
export function composeModel(name: string, services: Service[]): ComposeModel {
  return {
    name,
    services: Object.fromEntries(
      services.map((one) => [
        one.name,
        {
          image: one.image,
          ...(Object.keys(one.slots).length > 0 && { "x-core-monitor": { deploy: Object.fromEntries(Object.entries(one.slots).map(([slot, target]) => [slot, { target, form: "file" }])) } }),
          depends_on: Object.fromEntries(Object.entries(one.dependsOn).map(([other, condition]) => [other, { condition, required: true }])),
          networks: Object.fromEntries(one.networks.map((network) => [network, null])),
          ports: one.ports.map((port) => {
            const [host, inside] = port.includes("->") ? port.split("->") : [null, port];
            const address = (host ?? "").split(":");
            return {
              target: Number(inside),
              protocol: "tcp",
              published: host === null || host === undefined ? null : (address.at(-1) ?? null),
              host_ip: address.length > 1 ? (address[0] ?? null) : null,
            };
          }),
          volumes: one.volumes.map((volume) => {
            const [source = "", target = ""] = volume.split(":");
            return { type: isNamed(volume) ? "volume" : "bind", source, target, read_only: volume.endsWith(":ro") };
          }),
        },
      ]),
    ),
    networks: Object.fromEntries(
      ["default", ...otherNetworks(services)].map((network) => [network, { name: `${name}_${network}`, internal: network !== "default" }]),
    ),
    volumes: Object.fromEntries(namedVolumes(services).map((volume) => [volume, { name: `${name}_${volume}` }])),
  };
}

/** The services of a file that somebody typed: enough of YAML for the mock, line by line. */
export function readServices(text: string, former: Service[]): Service[] {
  const found: Service[] = [];
  let section = "";
  for (const line of text.split("\n")) {
    const top = /^(\w+):/.exec(line);
    if (top) section = top[1] ?? "";
    const name = /^ {2}([\w-]+):\s*$/.exec(line)?.[1];
    if (section === "services" && name !== undefined) {
      found.push({ ...service(name, `${name}:latest`), ...former.find((one) => one.name === name) });
    }
    const last = found.at(-1);
    const image = /^ {4}image:\s*["']?([^\s"']+)/.exec(line)?.[1];
    const replicas = /^ {6}replicas:\s*(\d+)/.exec(line)?.[1];
    if (section === "services" && last !== undefined) {
      if (image !== undefined) last.image = image;
      if (replicas !== undefined) last.replicas = Number(replicas);
    }
  }
  return found;
}
