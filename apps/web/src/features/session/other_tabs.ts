// The tabs of a browser share one session: when it begins or ends in one of them, the others hear of it.

/** "began": another tab has signed in. "ended": another tab has signed out. */
export type SessionNews = "began" | "ended";

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("core-monitor-session") : null;

/** Tells all other tabs, not this one. */
export function tellOtherTabs(news: SessionNews): void {
  channel?.postMessage(news);
}

/** Hears what other tabs tell until the returned function is called. */
export function hearOtherTabs(listener: (news: SessionNews) => void): () => void {
  const hear = ({ data }: MessageEvent<SessionNews>) => listener(data);
  channel?.addEventListener("message", hear);
  return () => channel?.removeEventListener("message", hear);
}
