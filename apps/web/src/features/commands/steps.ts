// Folds the journal of a command into what a person follows: one row for each change to the engine, one for each wait.

import type { Command, Event, Holder, KnownEvent, Message, Progress, StepOp } from "@/api/generated";
import type { Tone } from "@/ui/Chip";

export interface StepRow {
  /** Unique in the command. */
  key: string;
  op: StepOp | null;
  /** What is done; null for a wait, which `op` and `target` say. */
  action: Message | null;
  cause: Message | null;
  target: string;
  tone: Tone;
  startedAt: string;
  endedAt: string | null;
  /** Why it failed, or what the engine warned of. */
  notes: readonly Message[];
  /** How far it is: layers of a pull, lines of a build, what is waited for. */
  progress: Progress | null;
  containerId: string | null;
  /** Not a step: the command was held, behind this failed one. */
  heldBy: Holder | null;
}

export interface Attempt {
  number: number;
  since: string;
  rows: readonly StepRow[];
  notes: readonly Message[];
}

type Known<Kind extends KnownEvent["kind"]> = Extract<KnownEvent, { kind: Kind }>;

class AttemptFold {
  readonly rows = new Map<string, StepRow>();
  readonly notes: Message[] = [];

  constructor(
    readonly number: number,
    readonly since: string,
  ) {}

  intent(event: Known<"INTENT">): void {
    const { effect, op, action, cause, target, container_id } = event.detail;
    const key = `effect-${effect}`;
    this.rows.set(key, {
      key, op, action, cause, target, tone: "busy", startedAt: event.at, endedAt: null, notes: [], progress: null, containerId: container_id, heldBy: null,
    });
  }

  outcome(event: Known<"OUTCOME">): void {
    const { effect, ok, tolerated, message, warnings, container_id } = event.detail;
    const row = this.rows.get(`effect-${effect}`);
    if (row === undefined) return;
    row.tone = ok ? "good" : tolerated ? "warn" : "bad";
    row.endedAt = event.at;
    row.notes = message === null ? warnings : [message, ...warnings];
    row.containerId = container_id ?? row.containerId;
  }

  progress(event: Known<"PROGRESS">): void {
    const { detail } = event;
    if (detail.kind === "waiting") return this.waits(event, detail);
    const running = [...this.rows.values()].findLast((row) => row.endedAt === null && "target" in detail && row.target === detail.target);
    if (running !== undefined) running.progress = detail;
  }

  /** A wait has no outcome of its own: it ends when something else begins for the same target, or with the command. */
  private waits(event: Event, detail: Extract<Progress, { kind: "waiting" }>): void {
    const key = `wait-${detail.op}-${detail.target}`;
    const row = this.rows.get(key);
    if (row !== undefined) {
      row.progress = detail;
      return;
    }
    this.rows.set(key, {
      key, op: detail.op, action: null, cause: null, target: detail.target, tone: "busy", startedAt: event.at, endedAt: null, notes: [],
      progress: detail, containerId: null, heldBy: null,
    });
  }

  held(event: Known<"HELD">): void {
    const key = `held-${event.detail.command_id}`;
    this.rows.set(key, {
      key, op: null, action: null, cause: null, target: "", tone: "warn", startedAt: event.at, endedAt: null, notes: [], progress: null, containerId: null,
      heldBy: event.detail,
    });
  }

  /** What holds a command up is over when it begins. */
  released(at: string): void {
    for (const row of this.rows.values()) {
      if (row.heldBy !== null && row.endedAt === null) Object.assign(row, { endedAt: at, tone: "calm" });
    }
  }

  /** What is still open when the command has ended neither failed nor succeeded by itself. */
  end(at: string, tone: Tone): void {
    for (const row of this.rows.values()) {
      if (row.endedAt !== null) continue;
      row.endedAt = at;
      row.tone = tone;
    }
  }
}

const ENDS: Partial<Record<string, Tone>> = { DONE: "good", FAILED: "bad", CANCELLED: "calm" };

/** The attempts of a command, oldest first, each with its rows in the order in which they began. */
export function attempts(events: readonly Event[]): Attempt[] {
  const folds: AttemptFold[] = [];
  for (const event of events) {
    let current = folds.at(-1);
    if (current === undefined || event.kind === "RETRIED") {
      current = new AttemptFold(folds.length + 1, event.at);
      folds.push(current);
    }
    take(current, event as KnownEvent);
  }
  return folds.map(({ number, since, rows, notes }) => ({ number, since, rows: [...rows.values()], notes }));
}

function take(fold: AttemptFold, event: KnownEvent): void {
  if (event.kind === "HELD") return fold.held(event);
  if (event.kind !== "CANCEL_REQUESTED" && event.kind !== "ENQUEUED") fold.released(event.at);
  if (event.kind === "INTENT") fold.intent(event);
  else if (event.kind === "OUTCOME") fold.outcome(event);
  else if (event.kind === "PROGRESS") fold.progress(event);
  else if (event.kind === "NOTED") fold.notes.push(event.detail.note);
  else {
    const tone = ENDS[event.kind];
    if (tone !== undefined) fold.end(event.at, tone);
  }
}

/** What is remarked about how a command has ended. What it has done is told by its steps, where these are `listed`. */
export function remarks({ result }: Pick<Command, "result">, listed: boolean): readonly Message[] {
  const notes = result?.notes ?? [];
  return listed ? notes.filter(({ code }) => code !== "step_done") : notes;
}
