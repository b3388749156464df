import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a running server. */
const SERVER = "http://localhost:3000";

export default defineConfig({
  // The proxy leaves `Host` as it is: the server takes pages of its own host only, and with `changeOrigin` this one would be foreign.
  server: { port: 5173, proxy: { "/socket.io": { target: SERVER, ws: true } } },
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: ["index.html", "orbs.html"] },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
