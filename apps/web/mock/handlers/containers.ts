import type { ContainerFile, ContainerFolder, LogFrame, LogLine, StackContainer } from "../../src/api/generated/types.gen";
import { plain } from "../../src/features/logs/ansi";
import { ok, page, Refusal, created, type Handlers } from "../api";
import { allContainers, servicesOf } from "../containers";
import { logHistory, logLine } from "../fixtures/logs";
import { hex, number } from "../random";
import { said } from "../said";
import { minutesAgo, type World } from "../world";
import { stackOf } from "./stacks";

export const everyContainer = (world: World): StackContainer[] =>
  world.stacks.flatMap((stack) => allContainers(stack).map((container) => ({ container, stack_id: stack.id, stack_name: stack.name })));

export function containerOf(world: World, id: string): StackContainer {
  const found = everyContainer(world).find(({ container }) => container.container_id === id || container.name === id || container.container_id.startsWith(id));
  if (found === undefined) throw new Refusal(404, "container-not-found", said("no_such_container_on_host"));
  return found;
}

const entry = (name: string, kind: ContainerFile["kind"], size = 0, target: string | null = null): ContainerFile => ({
  gid: 0,
  kind,
  mode: kind === "folder" ? "0755" : "0644",
  modified: minutesAgo(number(name) % 90_000),
  name,
  name_replaced: false,
  size,
  target,
  uid: 0,
});

function folder(path: string): ContainerFolder {
  const folders: Record<string, ContainerFile[]> = {
    "/": ["app", "bin", "etc", "home", "proc", "srv", "tmp", "usr", "var"].map((name) => entry(name, "folder")),
    "/etc": [entry("hosts", "file", 174), entry("nginx", "folder"), entry("os-release", "link", 0, "../usr/lib/os-release"), entry("passwd", "file", 1240)],
    "/app": [entry("config.yml", "file", 2210), entry("package.json", "file", 1804), entry("public", "folder"), entry("server.js", "file", 48_113)],
  };
  return { cut: false, entries: folders[path] ?? [entry("readme.txt", "file", 320)], path };
}

const bytes = (text: string, type = "application/octet-stream") => new Response(text, { headers: { "Content-Type": type } });

/** Without `raw`, the server takes every escape sequence out. */
const sent = (line: LogLine, raw = false): LogLine => (raw ? line : { ...line, text: plain(line.text) });

async function* logs(found: StackContainer[], query: { tail?: string; follow?: boolean; grep?: string; ignore_case?: boolean; raw?: boolean }, signal: AbortSignal): AsyncGenerator<{ id?: string; data: LogFrame }> {
  const flags = query.ignore_case === true ? "i" : "";
  const wanted = query.grep === undefined ? /(?:)/ : new RegExp(query.grep.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`), flags);
  const tail = query.tail === undefined || query.tail === "all" ? 400 : Number(query.tail);
  for (const line of logHistory(found, tail)) if (wanted.test(line.text)) yield { id: line.at, data: { kind: "LINE", line: sent(line, query.raw) } };
  yield { data: { kind: "IDLE" } };
  for (let turn = 0; query.follow === true && !signal.aborted; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const one = found[turn % Math.max(1, found.length)];
    const line = one === undefined ? undefined : logLine(one, Date.now(), turn);
    if (line !== undefined && wanted.test(line.text)) yield { id: line.at, data: { kind: "LINE", line: sent(line, query.raw) } };
  }
  if (query.follow !== true) yield { data: { kind: "END", message: said("complete"), problem: null, reason: "complete" } };
}

function inspected(world: World, id: string, revealed: boolean) {
  const { container, stack_id } = containerOf(world, id);
  const password = revealed ? "s7Yq0eLx2nRt" : "***";
  return ok({
    container_id: container.container_id,
    document: {
      Id: container.container_id,
      Created: container.created_at,
      Name: `/${container.name}`,
      State: {
        Status: "running",
        Running: true,
        Pid: 4211,
        StartedAt: container.started_at,
        ...(container.health !== null && {
          Health: {
            Status: container.health,
            Log: [container.health === "unhealthy" ? { ExitCode: 1, Output: "GET http://localhost:2368/ghost/api/admin/site/ 503\n" } : { ExitCode: 0, Output: "ok\n" }],
          },
        }),
      },
      Config: { Image: container.image, Env: ["PATH=/usr/local/bin:/usr/bin:/bin", `POSTGRES_PASSWORD=${password}`] },
      HostConfig: { RestartPolicy: { Name: "unless-stopped" }, Memory: 536_870_912 },
      Mounts: [{ Type: "volume", Name: `${container.name}-data`, Destination: "/data" }],
      NetworkSettings: { Networks: Object.fromEntries(container.networks.map((network) => [network, { IPAddress: "172.20.0.4" }])) },
    },
    name: container.name,
    revealed,
    stack_id,
  });
}

export const containers = {
  listContainers: ({ world, query: { stack_id: wanted, text = "", ...query } }) => {
    const has = ({ container }: StackContainer) => [container.name, container.service ?? "", container.image].some((each) => each.includes(text));
    const listed = everyContainer(world).filter((each) => (wanted === undefined || each.stack_id === wanted) && has(each));
    return ok({ ...page(listed, query), observed_at: new Date(Date.now() - 1000).toISOString() });
  },
  inspectContainer: ({ world, path }) => inspected(world, path.id, false),
  revealSecrets: ({ world, path }) => inspected(world, path.id, true),
  listProcesses: ({ world, path }) => {
    containerOf(world, path.id);
    return ok({
      cut: false,
      processes: [
        ["1", "root", "0.0", "12m", "/sbin/tini -- node server.js"],
        ["7", "node", "3.1", "212m", "node server.js"],
        ["42", "node", "0.4", "61m", "node worker.js"],
      ],
      titles: ["PID", "USER", "%CPU", "RSS", "COMMAND"],
    });
  },
  execInContainer: ({ world, path, body }) => {
    containerOf(world, path.id);
    const text = `${body.command.join(" ")}\n`;
    return ok({
      container_stopped: false,
      exit_code: body.command.includes("false") ? 1 : 0,
      stderr: { base64: null, cut: false, text: "" },
      stdout: { base64: null, cut: false, text },
      timed_out: false,
    });
  },
  openTerminal: ({ world, path }) => {
    const { container } = containerOf(world, path.id);
    if (container.state !== "running" && container.state !== "unhealthy") {
      throw new Refusal(409, "container-not-running", said("container_not_running", { name: container.name }));
    }
    const ticket = hex(`${Date.now()}`, 32);
    return created({
      container_id: container.container_id,
      expires_at: new Date(Date.now() + 30_000).toISOString(),
      path: `/api/v1/terminal?ticket=${ticket}`,
      ticket,
    });
  },
  // A WebSocket, answered by the server of the mock.
  attachTerminal: "not mocked",
  listContainerFiles: ({ query }) => ok(folder(query.path ?? "/")),
  downloadContainerFile: ({ query }) => bytes(`# ${query.path ?? ""}\n127.0.0.1 localhost\n`),
  downloadContainerFolder: () => bytes("", "application/x-tar"),
  uploadContainerFile: () => ok({ bytes: 1234 }),
  uploadContainerFolder: () => ok({ bytes: 1234 }),
  listVolumeFiles: ({ query }) => ok(folder(query.path ?? "/")),
  downloadVolumeFile: ({ query }) => bytes(`# ${query.path ?? ""}\n`),
  downloadVolumeFolder: () => bytes("", "application/x-tar"),
  uploadVolumeFile: () => ok({ bytes: 1234 }),
  uploadVolumeFolder: () => ok({ bytes: 1234 }),
  showContainerLogs: ({ world, path, query, signal }) => logs([containerOf(world, path.id)], query, signal),
  showStackLogs: ({ world, path, query, signal }) => {
    const stack = stackOf(world, path.id);
    const chosen = query.service ?? servicesOf(stack).map((service) => service.name);
    const found = everyContainer(world).filter((one) => one.stack_id === stack.id && chosen.includes(one.container.service ?? ""));
    return logs(found, query, signal);
  },
} satisfies Partial<Handlers>;
