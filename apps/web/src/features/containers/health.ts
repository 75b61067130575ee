// What a health check said, out of what the engine knows about a container.

interface Inspected {
  State?: { Health?: { Log?: { Output?: string; ExitCode?: number }[] | null } | null };
}

/** The output of the last health check, and how it ended; null without one. */
export function healthSaid(document: unknown): string | null {
  const last = (document as Inspected | null)?.State?.Health?.Log?.at(-1);
  if (last === undefined) return null;
  return `${(last.Output ?? "").trimEnd()}\n(exit ${last.ExitCode ?? "?"})`.trimStart();
}
