// Opens the command palette from anywhere; what it shows is loaded when it is needed.

const listeners = new Set<() => void>();
let isOpen = false;

export const palette = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isOpen: () => isOpen,
};

export function setPaletteOpen(open: boolean): void {
  isOpen = open;
  for (const listener of listeners) listener();
}

export function openPalette(): void {
  setPaletteOpen(true);
}
