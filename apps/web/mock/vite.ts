// Answers the API from the mock while the UI is developed. The modules of the mock go through Vite, so that a change of them is
// there with the next request; the worlds then begin again.
import type { Plugin } from "vite";
import type { attach as attachTerminal, serve as serveApi } from "./serve";

interface Server {
  serve: typeof serveApi;
  attach: typeof attachTerminal;
}

export function mockApi(): Plugin {
  return {
    name: "core-monitor-mock",
    apply: "serve",
    configureServer(server) {
      const load = () => server.ssrLoadModule("/mock/serve.ts") as Promise<Server>;
      server.middlewares.use((request, response, next) => {
        load()
          .then(({ serve }) => serve(request, response))
          .then((answered) => (answered ? undefined : next()))
          .catch(next);
      });
      server.httpServer?.on("upgrade", (request, socket) => {
        if (request.url?.startsWith("/api/") !== true) return;
        load()
          .then(({ attach }) => attach(request, socket))
          .catch(() => socket.destroy());
      });
    },
  };
}
