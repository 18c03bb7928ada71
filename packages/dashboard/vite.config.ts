// Builds the page to static files in dist/page. `vite --mode fake` serves it over the generated data of dev/.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { demoWorld } from "./dev/demo.ts";
import { fakeApi } from "./dev/fake-api.ts";

function fakeServer(): Plugin {
  return {
    name: "stepwell-fake-server",
    apply: (_, { mode }) => mode === "fake",
    configureServer(server) {
      const world = demoWorld(() => Date.now());
      setInterval(() => world.tick(), 250).unref();
      const api = fakeApi(world);
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/api/v2/") === true) api(request, response);
        else next();
      });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL("./page", import.meta.url)),
  plugins: [react(), fakeServer()],
  build: {
    outDir: fileURLToPath(new URL("./dist/page", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
  },
});
