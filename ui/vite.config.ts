// How the page is built: hashed files below dist/, taken into the binary by crates/margay/build.rs.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `MARGAY_SERVER=http://127.0.0.1:8750 npm run dev` serves this page against a running server.
const server = process.env.MARGAY_SERVER ?? "http://127.0.0.1:8750";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    sourcemap: false,
    // Fonts and images stay files: data addresses would be a hole in the policy of what may be loaded.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "/api": { target: server, changeOrigin: true, headers: { origin: server } } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
