import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const flight = fileURLToPath(new URL("../bindings-js/pkg", import.meta.url));

/** The built page may load what it brings along and nothing else; the development server needs more than that. */
const contentPolicy = {
  name: "content-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: {
        "http-equiv": "Content-Security-Policy",
        // The editor makes its style sheets at run time.
        content: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
      },
      injectTo: "head-prepend",
    },
  ],
};

export default defineConfig({
  plugins: [contentPolicy],
  // Relative addresses: the built folder works from any path of any static server.
  base: "./",
  resolve: { alias: { "flight-wasm": flight } },
  server: { fs: { allow: [".", flight] } },
  worker: { format: "es" },
  build: {
    // Everything that the page leans on (light-dark(), :has, module workers) is there since these versions.
    target: ["chrome123", "firefox121", "safari17.5"],
    // A file folded into the page as a data: address would need a looser content policy than a file of its own.
    assetsInlineLimit: 0,
    // The page's own code is small; a warning about size would only hide the warnings that matter.
    chunkSizeWarningLimit: 1500,
  },
});
