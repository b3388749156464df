import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a running server. */
const SERVER = "http://localhost:3000";

export default defineConfig({
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
