// The policy of the server lets no string become a script. The shared worker has to be named by a string, so this is the one rule
// that says which string: a script of our own origin. Nothing may become HTML or the text of a script.

interface Factory {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => unknown;
}

export function allowOwnScripts(): void {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  factory?.createPolicy("default", {
    createScriptURL: (url) => {
      if (new URL(url, globalThis.location.href).origin === globalThis.location.origin) return url;
      throw new TypeError(`no script of another origin: ${url}`);
    },
  });
}
