// The programs of the places: those that npm has brought, and browsers that are installed.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const EXE = process.platform === "win32" ? ".exe" : "";

/** What a place is run with: its version, and either the program or why it is not there. */
const there = (version, program) => ({ version, program });
const missing = (reason) => ({ missing: reason });

/** A Node of that major version. */
export function node(major) {
  const name = `node-${major}-${process.platform}-${process.arch}`;
  const program = join(HERE, "node_modules", name, "bin", `node${EXE}`);
  if (existsSync(program)) return there(versionOf(name), program);
  // The Node at hand may be of that version.
  if (process.versions.node.startsWith(`${major}.`)) return there(process.versions.node, process.execPath);
  return missing(`npm has not brought ${name}: none for this machine, or no network`);
}

/** A program that an npm package of that name carries. */
export function carried(name, file) {
  const program = join(HERE, "node_modules", name, file);
  return existsSync(program) ? there(versionOf(name), program) : missing(`npm has not brought ${name}: none for this machine, or no network`);
}

/** A package that is loaded into the test itself. */
export function library(name) {
  try {
    const load = createRequire(import.meta.url).resolve(name);
    return there(versionOf(name), load);
  } catch {
    return missing(`npm has not brought ${name}: none for this machine, or no network`);
  }
}

const BROWSERS = {
  chromium: { variable: "CHROME", names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"] },
  firefox: { variable: "FIREFOX", names: ["firefox", "firefox-esr"] },
};

/** A browser: the one that a variable names, or one on the path. */
export function browser(name) {
  const { variable, names } = BROWSERS[name];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name + EXE)));
  const program = process.env[variable] ?? candidates.find((path) => existsSync(path));
  return program ? there("", program) : missing(`${name} is not installed, and the variable ${variable} names none`);
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(HERE, "node_modules", name, "package.json"), "utf8")).version;
}
