// Makes the one file of the package out of the hand-written modules and wasm-bindgen's glue.
// node bundle.mjs FROM TO: FROM has index.js and all that it imports; TO gets index.js and index.js.map.
import { readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";

const [from, to] = process.argv.slice(2).map((folder) => resolve(folder));

/** Comments inside of classes would be left. Their lines are, so that the map leads to the same ones. */
async function withoutComments({ path }) {
  const code = await readFile(path, "utf8");
  return { contents: code.replace(/^ *\/\*\*[^]*?\*\/$/gm, (comment) => comment.replace(/[^\n]/g, "")) };
}

await build({
  entryPoints: [join(from, "index.js")],
  outdir: to,
  bundle: true,
  format: "esm",
  // No engine's own modules: an import of one is an error here, not at those who bundle the package for a browser.
  platform: "neutral",
  target: "es2022",
  minifyIdentifiers: true,
  minifySyntax: true,
  // Lines stay: an engine that tells of an uncaught error shows the one in which it was thrown.
  minifyWhitespace: false,
  plugins: [{ name: "without comments", setup: ({ onLoad }) => onLoad({ filter: /\.js$/ }, withoutComments) }],
  // Classes are seen by their names: on consoles and in stack traces.
  keepNames: true,
  charset: "utf8",
  legalComments: "none",
  sourcemap: true,
  sourcesContent: true,
});

// The sources are in the map itself, with their comments; their names are those of the repository, not of the folder that they were gathered in.
const file = join(to, "index.js.map");
const map = JSON.parse(await readFile(file, "utf8"));
map.sourcesContent = await Promise.all(map.sources.map((source) => readFile(resolve(to, source), "utf8")));
map.sources = map.sources.map((source) => `flight-wasm/js/${relative(from, resolve(to, source)).replaceAll("\\", "/")}`);
await writeFile(file, `${JSON.stringify(map)}\n`);
