// The lines on screen. Old ones leave at the top, so that a page that follows a busy service for a day needs no more memory than
// after a minute.

import type { LogContainer, LogFrame, LogLine, Message } from "@/api/generated";
import { plain } from "./ansi";

/** Rows that are kept. */
export const KEPT = 20_000;

export type Row =
  | { kind: "line"; id: number; line: LogLine; text: string }
  /** Something that happened between lines: a start, an end, a gap. */
  | { kind: "mark"; id: number; container: LogContainer | null; message: Message; bad: boolean };

const BAD: ReadonlySet<string> = new Set(["GAP", "UNREADABLE", "FAILED"]);

export class LogBuffer {
  private list: Row[] = [];
  private nextId = 0;
  private readonly listeners = new Set<() => void>();
  /** Grows with every change: what React compares. */
  private edition = 0;
  /** Rows that have left at the top. */
  dropped = 0;

  get rows(): readonly Row[] {
    return this.list;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.edition;

  append(frames: readonly LogFrame[]): void {
    for (const frame of frames) {
      const row = this.row(frame);
      if (row !== null) this.list.push(row);
    }
    const over = this.list.length - KEPT;
    // Cut in blocks: moving twenty thousand rows for every line would cost more than the line.
    if (over > 0) {
      const cut = Math.min(this.list.length, over + KEPT / 20);
      this.list = this.list.slice(cut);
      this.dropped += cut;
    }
    this.changed();
  }

  clear(): void {
    this.list = [];
    this.dropped = 0;
    this.changed();
  }

  private changed(): void {
    this.edition += 1;
    for (const listener of this.listeners) listener();
  }

  private row(frame: LogFrame): Row | null {
    const id = this.nextId;
    this.nextId += 1;
    switch (frame.kind) {
      case "LINE":
        return { kind: "line", id, line: frame.line, text: plain(frame.line.text) };
      case "STARTED":
      case "ENDED":
      case "REPLACED":
      case "GAP":
      case "UNREADABLE":
      case "FAILED":
        return { kind: "mark", id, container: frame.container, message: frame.message, bad: BAD.has(frame.kind) };
      default:
        return null;
    }
  }
}
