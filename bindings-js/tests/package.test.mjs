// The folder that is published: what is in it, how large it is, and that it holds together.
// In Node only: it is about files, npm and compression.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { SourceMap } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const FOLDER = fileURLToPath(new URL("../pkg", import.meta.url));
const SOURCES = fileURLToPath(new URL("../js", import.meta.url));
/** What the wasm that executes and the JavaScript may take together, compressed, in bytes. */
const LARGEST = 500_000;

const read = (name) => readFileSync(join(FOLDER, name), "utf8");
const manifest = JSON.parse(read("package.json"));

test("the folder has what is published and nothing else", () => {
  const types = readdirSync(SOURCES).filter((name) => name.endsWith(".d.ts"));
  assert.ok(types.includes("index.d.ts"));
  const wanted = ["LICENSE", "README.md", "flight_bg.wasm", "flight_text_bg.wasm", "index.js", "index.js.map", "package.json", ...types];
  assert.deepEqual(readdirSync(FOLDER).sort(), wanted.sort());
});

test("the lines of the bundle are short, since engines show the one in which an error was thrown", () => {
  const lines = readFileSync(join(FOLDER, "index.js"), "utf8").split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  assert.ok(longest < 500, `a line has ${longest} characters`);
});

test("npm takes all of it", () => {
  const npm = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: FOLDER, encoding: "utf8", shell: process.platform === "win32" });
  assert.equal(npm.status, 0, npm.stderr);
  const told = JSON.parse(npm.stdout);
  // npm 12 tells packages by their names, those before it as a list.
  const [packed] = Object.values(told);
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), readdirSync(FOLDER).sort());
});

test("every file that the manifest names is there, and types come first", () => {
  const named = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(named));
  for (const path of [manifest.main, manifest.types, ...named(manifest.exports)]) {
    assert.match(path, /^\.\//);
    assert.ok(existsSync(join(FOLDER, path)), path);
  }
  assert.equal(Object.keys(manifest.exports["."])[0], "types");
  for (const name of ["dependencies", "peerDependencies", "optionalDependencies", "scripts", "bin"]) {
    assert.equal(manifest[name], undefined, name);
  }
});

test("the bundle imports nothing, and its addresses have the form that bundlers know", () => {
  const code = read("index.js");
  assert.doesNotMatch(code, /\bimport\s*["'({*]|\bimport\s+\w|\brequire\s*\(|\bfrom\s*["']/);
  const addresses = [...code.matchAll(/new URL\("([^"]*)",\s*import\.meta\.url\)/g)].map(([, path]) => path);
  assert.deepEqual(addresses.sort(), ["./flight_bg.wasm", "./flight_text_bg.wasm"]);
  assert.equal(code.match(/import\.meta/g).length, addresses.length);
});

test("the source map leads to the sources, which it brings along", () => {
  const code = read("index.js");
  assert.match(code, /\/\/# sourceMappingURL=index\.js\.map\n$/);
  const map = JSON.parse(read("index.js.map"));
  assert.equal(map.version, 3);
  assert.equal(map.sources.length, map.sourcesContent.length);
  for (const name of readdirSync(SOURCES).filter((file) => file.endsWith(".js"))) {
    const at = map.sources.findIndex((source) => source.endsWith(`/js/${name}`));
    // A file that only gathers others leaves nothing in the bundle.
    if (at >= 0) assert.equal(map.sourcesContent[at], readFileSync(join(SOURCES, name), "utf8"), name);
    else assert.equal(name, "index.js");
  }
  for (const source of map.sources) assert.match(source, /^flight-wasm\/js\/[\w./-]+\.js$/);
  const lines = code.split("\n");
  const line = lines.findIndex((text) => text.includes("static async fromWat"));
  const entry = new SourceMap(map).findEntry(line, lines[line].indexOf("static async fromWat"));
  assert.match(entry.originalSource, /\/js\/module\.js$/);
  const original = readFileSync(join(SOURCES, "module.js"), "utf8").split("\n")[entry.originalLine];
  assert.match(original, /static async fromWat/);
});

test("no file tells where the package was built", () => {
  for (const name of readdirSync(FOLDER)) {
    const bytes = readFileSync(join(FOLDER, name), "latin1");
    for (const place of [homedir(), "registry/src", fileURLToPath(new URL("../..", import.meta.url))]) {
      // A machine may have no home but the root.
      if (place.length > 1) assert.equal(bytes.indexOf(place), -1, `${name} has ${place}`);
    }
  }
});

test("what everyone loads stays small", () => {
  const size = (name) => {
    const bytes = readFileSync(join(FOLDER, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    return brotliCompressSync(bytes, { params }).length;
  };
  const sizes = ["flight_bg.wasm", "index.js"].map((name) => [name, size(name)]);
  const sum = sizes.reduce((all, [, bytes]) => all + bytes, 0);
  assert.ok(sum <= LARGEST, `${sum} bytes in brotli (${sizes.join("; ")}), and ${LARGEST} are wanted at most`);
});

test("the parser of text is loaded by those who parse text only", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flight-"));
  try {
    cpSync(FOLDER, folder, { recursive: true });
    rmSync(join(folder, "flight_text_bg.wasm"));
    const { Interpreter, Module, init } = await import(pathToFileURL(join(folder, "index.js")));
    const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const module = await Module.fromBytes(bytes);
    assert.equal(new Interpreter(module).state, "Idle");
    assert.match(module.toWat().text, /^\(module/);
    await assert.rejects(Module.fromWat("(module)"), /flight_text_bg\.wasm/);
    // It may still be told where the file is.
    await init({ text: readFileSync(join(FOLDER, "flight_text_bg.wasm")) });
    assert.deepEqual((await Module.fromWat("(module)")).bytes, bytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
