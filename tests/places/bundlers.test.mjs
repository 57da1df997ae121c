// The README's examples as Vite, webpack and esbuild build them, opened in Chromium: in a page and in a module worker.
import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { modules, page, pagesOf } from "./pages.mjs";
import { makeProject, write } from "./project.mjs";
import { assertPrinted, examplesFor } from "./readme.mjs";
import { browser, library } from "./tools.mjs";

const POLICY = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };

/**
 * Each way to build: `build` makes the pages of a project and hands back where they are to be opened.
 * Settings are those that the README asks for.
 */
const WAYS = [
  { name: "Vite, production build", library: "vite", words: ["vite"], build: viteBuild },
  { name: "Vite, development server", library: "vite", words: ["vite"], build: viteServer },
  { name: "webpack", library: "webpack", words: ["webpack"], build: webpackBuild },
  { name: "esbuild", library: "esbuild", words: ["esbuild"], build: esbuildBuild },
];

const chromium = browser("chromium");

for (const way of WAYS) {
  const tool = library(way.library);
  test(`${way.name} ${tool.version ?? ""}`.trim(), { skip: tool.missing ?? chromium.missing }, async (t) => {
    const driven = await startBrowser("chromium", chromium);
    t.after(() => driven.close());
    const project = await makeProject();
    const examples = examplesFor(project.examples, ["browser", ...way.words]);
    assert.ok(examples.length > 0, "the README has no example for this place");
    for (const [index, example] of examples.entries()) await write(project.folder, await modules(driven.server, example, index));
    const pages = examples.flatMap((_, index) => pagesOf(index));
    const site = await way.build({ ...project, pages, server: driven.server, t });
    for (const [index, example] of examples.entries()) {
      for (const { title, page: file } of pagesOf(index)) {
        await t.test(title + example.name, async () => assertPrinted(await driven.open(site + file), example));
      }
    }
  });
}

/** Without a file of settings that some folder above might have. */
const VITE = { configFile: false, logLevel: "warn", base: "./", worker: { format: "es" } };

async function viteBuild({ folder, pages, server }) {
  const { build } = await import("vite");
  for (const { page: file, entry } of pages) await write(folder, { [file]: page(server.address, entry) });
  const input = pages.map(({ page: file }) => join(folder, file));
  await build({ ...VITE, root: folder, build: { rollupOptions: { input } } });
  return server.serve(join(folder, "dist"), POLICY);
}

async function viteServer({ folder, pages, server, t }) {
  const { createServer } = await import("vite");
  for (const { page: file, entry } of pages) await write(folder, { [file]: page(server.address, entry) });
  const vite = await createServer({ ...VITE, root: folder, server: { host: "127.0.0.1", port: 0 } });
  t.after(() => vite.close());
  await vite.listen();
  return `http://127.0.0.1:${vite.httpServer.address().port}/`;
}

async function webpackBuild({ folder, pages, server }) {
  const { default: webpack } = await import("webpack");
  const entry = Object.fromEntries(pages.map(({ entry }) => [entry.replace(".js", ""), `./${entry}`]));
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: "production", context: folder, entry, output: { path: join(folder, "dist") } }, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  // It warns of large files, which a page may well have.
  assert.deepEqual(stats.toJson().errors.map(({ message }) => message), []);
  return builtPages({ folder, pages, server });
}

async function esbuildBuild({ folder, installed, pages, server }) {
  const { build } = await import("esbuild");
  const names = await readdir(folder);
  // It makes no bundle of a worker's file by itself.
  const inWorkers = names.filter((name) => name.startsWith("in-worker-"));
  const entryPoints = [...pages.map(({ entry }) => entry), ...inWorkers].map((name) => join(folder, name));
  await build({ absWorkingDir: folder, entryPoints, bundle: true, format: "esm", loader: { ".wasm": "file" }, outdir: join(folder, "dist"), logLevel: "silent" });
  await copyWasm(installed, join(folder, "dist"));
  return builtPages({ folder, pages, server });
}

/** Copies the package's `.wasm` files beside the bundle, as the README says. */
async function copyWasm(installed, to) {
  for (const name of await readdir(installed, { recursive: true })) {
    if (name.endsWith(".wasm")) await cp(join(installed, name), join(to, name));
  }
}

/** What has no pages of its own gets them beside what it has built. */
async function builtPages({ folder, pages, server }) {
  for (const { page: file, entry } of pages) await write(join(folder, "dist"), { [file]: page(server.address, entry) });
  return server.serve(join(folder, "dist"), POLICY);
}
