// One server, one worker and the data folder they share, as `tests/e2e/harness` of the repository has it.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program } from "./program";

/** Short waits, to keep the tests short; everything else has its default. */
const quick = {
  CORE_MONITOR_STABLE_FOR: "300ms",
  CORE_MONITOR_LEASE_TTL: "2s",
  CORE_MONITOR_OBSERVE_EVERY: "1s",
};

export class Installation {
  readonly token = randomBytes(24).toString("hex");
  readonly data = mkdtempSync(join(tmpdir(), "core-monitor-web-"));
  private address = "127.0.0.1:0";
  private server: Program | null = null;
  private worker: Program | null = null;

  constructor(private readonly settings: Record<string, string> = {}) {}

  static async start(settings: Record<string, string> = {}): Promise<Installation> {
    const installation = new Installation(settings);
    await installation.startServer();
    await installation.startWorker();
    return installation;
  }

  /** The address of the UI, without a slash at the end. */
  get url(): string {
    return `http://${this.address}`;
  }

  private spawn(name: string): Program {
    const settings = {
      ...quick,
      ...this.settings,
      CORE_MONITOR_DATA_DIR: this.data,
      CORE_MONITOR_LISTEN: this.address,
      CORE_MONITOR_BOOTSTRAP_TOKEN: this.token,
      DOCKER_HOST: process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock",
    };
    return new Program(name, settings, this.data);
  }

  /** Starts the server: the first time on a port that the system chooses, later on the same again. */
  async startServer(): Promise<void> {
    this.server = this.spawn("core-monitor-server");
    const port = await this.server.said("where it listens", (line) => /127\.0\.0\.1:([1-9]\d*)/.exec(line)?.[1]);
    this.address = `127.0.0.1:${port}`;
  }

  async startWorker(): Promise<void> {
    this.worker = this.spawn("core-monitor-worker");
    const until = Date.now() + 30_000;
    for (;;) {
      const ready = await fetch(`${this.url}/readyz`).then((response) => response.json() as Promise<{ worker?: boolean }>).catch(() => ({ worker: false }));
      if (ready.worker === true) return;
      if (Date.now() > until) throw new Error(`the worker never looked at the engine:\n${this.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stopServer(): Promise<void> {
    await this.server?.stop();
    this.server = null;
  }

  async stopWorker(): Promise<void> {
    await this.worker?.stop();
    this.worker = null;
  }

  /** The last of what both programs said. */
  log(): string {
    const said = (one: Program | null) => (one === null ? "" : `${one.name}:\n${one.lines.slice(-40).join("\n")}\n`);
    return said(this.server) + said(this.worker);
  }

  /** A request with the token, for what a test prepares or checks beside the browser. Fails unless it succeeds. */
  async api<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Stops both programs and removes everything that they made on the engine. */
  async end(): Promise<void> {
    const { installation_id } = await this.api<{ installation_id: string }>("GET", "/about").catch(() => ({ installation_id: "" }));
    await this.stopWorker();
    await this.stopServer();
    if (installation_id !== "") removeLabelled(`io.core-monitor.instance=${installation_id}`);
    rmSync(this.data, { recursive: true, force: true });
  }
}

function docker(...args: string[]): string[] {
  return execFileSync("docker", args, { encoding: "utf8" }).split("\n").filter((line) => line !== "");
}

function removeLabelled(label: string): void {
  const filter = ["--filter", `label=${label}`];
  const containers = docker("container", "ls", "--all", "--quiet", ...filter);
  if (containers.length > 0) docker("container", "rm", "--force", "--volumes", ...containers);
  const networks = docker("network", "ls", "--quiet", ...filter);
  if (networks.length > 0) docker("network", "rm", ...networks);
  const volumes = docker("volume", "ls", "--quiet", ...filter);
  if (volumes.length > 0) docker("volume", "rm", "--force", ...volumes);
}
