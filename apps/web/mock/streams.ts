import { advance } from "./commands";
import type { World } from "./world";

/** Yields at once, and again when something may have happened in the world, until the client has gone or the session has ended. */
export async function* follow(world: World, signal: AbortSignal, everyMs = 500): AsyncGenerator<void> {
  while (!signal.aborted && world.signedIn) {
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
