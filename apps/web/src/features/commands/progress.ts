// Which command's progress is open beside the page. A command that a person has started opens by itself.

let openId: string | null = null;
const listeners = new Set<() => void>();

export const progress = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  openId: () => openId,
};

/** Opens the progress of a command, in place of the one that was open. */
export function openProgress(commandId: string): void {
  openId = commandId;
  for (const listener of listeners) listener();
}

export function closeProgress(): void {
  openId = null;
  for (const listener of listeners) listener();
}
