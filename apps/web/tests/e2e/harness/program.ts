// A program of this repository as a process, with what it says.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["CORE_MONITOR_BINARIES"] ?? join(import.meta.dirname, "../../../../../target/debug");

export class Program {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly listeners = new Set<() => void>();
  private ended = false;

  /** Starts it with nothing in its environment but `settings`. */
  constructor(
    readonly name: string,
    settings: Record<string, string>,
    cwd: string,
  ) {
    const path = join(folder, name);
    if (!existsSync(path)) throw new Error(`${path} is missing: cargo build --workspace --bins --all-features, or set CORE_MONITOR_BINARIES`);
    this.child = spawn(path, [], { cwd, env: settings, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        this.lines.push(...lines);
        this.tell();
      });
    }
    this.child.on("exit", () => {
      this.ended = true;
      this.tell();
    });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** The first line for which `wanted` has an answer, now or later. */
  async said<T>(what: string, wanted: (line: string) => T | undefined, limitMs = 30_000): Promise<T> {
    const until = Date.now() + limitMs;
    for (let seen = 0; ; ) {
      for (; seen < this.lines.length; seen += 1) {
        const found = wanted(this.lines[seen] ?? "");
        if (found !== undefined) return found;
      }
      if (this.ended || Date.now() > until) throw new Error(`${this.name} never said ${what}:\n${this.lines.slice(-20).join("\n")}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        const heard = () => {
          clearTimeout(timer);
          this.listeners.delete(heard);
          resolve();
        };
        this.listeners.add(heard);
      });
    }
  }

  /** Ends it as systemd would, and after ten seconds the hard way. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((resolve) => this.child.once("exit", () => resolve()));
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(timer);
  }
}
