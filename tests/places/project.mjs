// Empty projects with the packed package in them.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { examplesOf } from "./readme.mjs";

const PACKAGE = fileURLToPath(new URL("../../bindings-js/pkg", import.meta.url));
const PATIENCE = 60_000;

/** Runs a program to its end and hands back what it printed; an error has its complaints in the message. */
export async function run(program, words, options = {}) {
  try {
    // Without a mode of colours that the surroundings ask for.
    const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, NODE_OPTIONS: undefined };
    const { stdout } = await promisify(execFile)(program, words, { env, timeout: PATIENCE, ...options });
    return stdout;
  } catch (error) {
    const ended = error.killed ? `had not ended after ${PATIENCE / 1000} s` : `failed (${error.code})`;
    throw new Error(`${program} ${words.join(" ")} ${ended}:\n${error.stdout}${error.stderr}`);
  }
}

// npm is a batch file on Windows.
const npm = (words, cwd) => run("npm", words, { cwd, shell: process.platform === "win32" });

/** A temporary folder that is gone after the tests. */
export async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), "flight-wasm-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

// A test file makes about ten of them.
process.setMaxListeners(50);

let packed;

/** The package as `npm pack` makes it: once in a test file. */
function tarball() {
  packed ??= (async () => {
    const folder = await emptyFolder();
    const told = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder, PACKAGE], PACKAGE);
    return join(folder, JSON.parse(told)[0].filename);
  })();
  return packed;
}

const installByNpm = (folder, file) => npm(["install", "--offline", "--no-audit", "--no-fund", file], folder);

/**
 * A new project that has nothing but the packed package, put there by npm or another client.
 * `installed` is the package in it, `examples` are those of the README that came with it.
 */
export async function makeProject(install = installByNpm) {
  const [folder, file] = await Promise.all([emptyFolder(), tarball()]);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await install(folder, file);
  const installed = join(folder, "node_modules", "flight-wasm");
  const examples = examplesOf(await readFile(join(installed, "README.md"), "utf8"));
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  return { folder, installed, examples, manifest };
}

/** Writes files into a folder: an object of names and texts. */
export async function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
