// Holds one stream open: reconnects with growing pauses, goes on behind the last event it has seen, and rests while nobody looks.
// It knows neither pages nor workers, so that it runs in both.

import type { Frame } from "@/api/event_stream";
import { ApiError } from "@/api/problem";
import type { ChangeSignal } from "@/api/generated";

export type ConnectionState = "connecting" | "live" | "lost" | "paused" | "signed_out";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** What nobody looks at stays open this long: switching tabs back and forth costs nothing. */
const UNSEEN_FOR = 60_000;

export interface Receiver {
  onFrame: (frame: ChangeSignal) => void;
  onState: (state: ConnectionState) => void;
  /** Called when the stream stands again after a break: everything on screen may have changed in between. */
  onCatchUp: () => void;
  /** Called when the session has ended. The connection rests until it is told to hurry, or somebody looks. */
  onSignedOut: () => void;
}

/** Where frames come from: one connection, until the server ends it. */
export type Open = (url: string, after: string, signal: AbortSignal) => AsyncIterable<Frame>;

export class Connection {
  private readonly over = new AbortController();
  private current: AbortController | null = null;
  private wake: (() => void) | null = null;
  private seen = true;
  private said: ConnectionState | null = null;
  private unseen: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly receiver: Receiver,
    private readonly open: Open,
  ) {
    void this.run();
  }

  /** Whether anybody looks. */
  look(seen: boolean): void {
    this.seen = seen;
    clearTimeout(this.unseen);
    if (seen) this.wake?.();
    else this.unseen = setTimeout(() => this.current?.abort(), UNSEEN_FOR);
  }

  /** The network is back, or somebody has signed in: there is no reason to wait. */
  hurry(): void {
    this.wake?.();
  }

  close(): void {
    clearTimeout(this.unseen);
    this.over.abort();
    this.wake?.();
  }

  /** Says it once, not with every frame. */
  private say(state: ConnectionState): void {
    if (state === this.said) return;
    this.said = state;
    this.receiver.onState(state);
  }

  private async run(): Promise<void> {
    let after = "";
    let pause = FIRST_PAUSE;
    let broken = false;
    while (!this.over.signal.aborted) {
      this.current = new AbortController();
      let signedOut = false;
      if (this.said !== "signed_out") this.say(broken ? "lost" : "connecting");
      try {
        for await (const frame of this.open(address(), after, AbortSignal.any([this.current.signal, this.over.signal]))) {
          if (broken) this.receiver.onCatchUp();
          broken = false;
          pause = FIRST_PAUSE;
          this.say("live");
          if (frame.id !== "") after = frame.id;
          this.receiver.onFrame(frame.data as ChangeSignal);
        }
      } catch (error) {
        // A position that the server no longer has: from now on.
        if (error instanceof ApiError && error.status < 500) after = "";
        signedOut = error instanceof ApiError && error.status === 401;
      }
      if (this.over.signal.aborted) return;
      broken = true;
      this.say(signedOut ? "signed_out" : this.seen ? "lost" : "paused");
      if (signedOut) this.receiver.onSignedOut();
      // Asking again and again does not sign anybody in.
      await this.rest(this.seen && !signedOut ? pause * (0.5 + Math.random() / 2) : null);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /** Without a time it rests until somebody looks. */
  private rest(milliseconds: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function address(): string {
  return "/api/v1/stream?topics=events,changes,statistics";
}
