// What happens when the session has ended in the middle of work: the page stays as it is, the person signs in over it, and
// the request that met the end is sent again. Nothing that was typed is lost.

type Listener = () => void;

let waiting: { settle: (again: boolean) => void; promise: Promise<boolean> } | null = null;
const listeners = new Set<Listener>();
const signInListeners = new Set<Listener>();

/** Resolves with true once the person has signed in again, with false if they gave up. */
export function signedInAgain(): Promise<boolean> {
  if (waiting === null) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    waiting = { settle: resolve, promise };
    for (const listener of listeners) listener();
  }
  return waiting.promise;
}

/** Called once somebody has signed in, in this tab or in another one, or has given up. */
export function settleSignIn(again: boolean): void {
  waiting?.settle(again);
  waiting = null;
  for (const listener of listeners) listener();
  if (again) for (const listener of signInListeners) listener();
}

/** Calls back after every sign-in, until the returned function is called. */
export function onSignIn(listener: Listener): () => void {
  signInListeners.add(listener);
  return () => signInListeners.delete(listener);
}

export const sessionEnd = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isWaiting(): boolean {
    return waiting !== null;
  },
};
