// Serves the package and its tests to a browser. What Node brings with it comes from this folder.
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { readDeclarations } from "../members/declarations.mjs";
import { recordedSource } from "../members/recorded.mjs";

/** Of this folder are served `pkg` and `tests`. */
const ROOT = new URL("../../", import.meta.url);
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const RECORDED = "/pkg/recorded.js";
const IMPORTS = {
  imports: {
    "node:test": "/tests/browser/node-test.mjs",
    "node:assert": "/tests/browser/node-assert.mjs",
    "node:assert/strict": "/tests/browser/node-assert.mjs",
  },
  // From the tests, and from nowhere else, the package's entry leads to the recorded one.
  scopes: { "/tests/": { "/pkg/index.js": RECORDED }, "/tests/members/": {} },
};
const PAGE = `<!doctype html><meta charset="utf-8"><title>The tests of the package</title><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify(IMPORTS)}</script>
<script type="module" src="/tests/browser/main.mjs"></script>`;

/** The server's address, and the server; with `words`, only files whose names contain one of them are run. */
export async function serve(words) {
  const made = new Map([
    ["/", ["text/html", PAGE]],
    ["/names.json", ["application/json", JSON.stringify({ ...(await testFiles(words)), complete: words.length === 0 })]],
  ]);
  const server = createServer((request, response) => answer(request, response, made));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  const places = { index: `${address}pkg/index.js`, members: `${address}tests/members/` };
  made.set(RECORDED, ["text/javascript", recordedSource(readDeclarations(), places)]);
  return { server, address };
}

/** The files of tests to run, and those to pass over, which say in their second line why they are for Node only. */
async function testFiles(words) {
  const folder = new URL("tests/", ROOT);
  const wanted = (name) => name.endsWith(".test.mjs") && (words.length === 0 || words.some((word) => name.includes(word)));
  const names = [];
  const passedOver = [];
  for (const name of (await readdir(folder)).filter(wanted).sort()) {
    const why = /^\/\/ In Node only: (.*)$/m.exec(await readFile(new URL(name, folder), "utf8"))?.[1];
    if (why === undefined) names.push(name);
    else passedOver.push(`${name} # SKIP in Node only: ${why}`);
  }
  return { names, passedOver };
}

async function answer(request, response, made) {
  const { pathname } = new URL(request.url, "http://localhost");
  const found = made.get(pathname) ?? (await file(pathname));
  // Shared memories are to be had in isolated pages only.
  const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  if (found === null) response.writeHead(404, headers).end();
  else response.writeHead(200, { ...headers, "content-type": `${found[0]}; charset=utf-8`.replace("wasm; charset=utf-8", "wasm") }).end(found[1]);
}

/** A file's media type and contents; null if there is none. */
async function file(pathname) {
  const url = new URL(pathname.slice(1), ROOT);
  if (!["pkg/", "tests/"].some((folder) => url.href.startsWith(new URL(folder, ROOT).href))) return null;
  const contents = await readFile(fileURLToPath(url)).catch(() => null);
  return contents && [TYPES[extname(pathname)] ?? "application/octet-stream", contents];
}
