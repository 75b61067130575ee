import { advance } from "./commands";
import type { World } from "./world";

/** Yields at once, and again when something may have happened in the world, until the client has gone. */
export async function* follow(world: World, signal: AbortSignal, everyMs = 500): AsyncGenerator<void> {
  while (!signal.aborted) {
    advance(world);
    yield;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        world.listeners.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, everyMs);
      world.listeners.add(done);
      signal.addEventListener("abort", done);
    });
  }
}
