// The command as a WASI program, in Node: node wasi.mjs flight.wasm
// It runs the golden cases and compares with the same transcripts as the native command; `golden.rs` says how they are written.
import { readFile, readdir } from "node:fs/promises";
import { closeSync, openSync, readFileSync, rmSync, mkdtempSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";

const cases = fileURLToPath(new URL("cases/", import.meta.url));
const module = await WebAssembly.compile(await readFile(argv[2]));
const scratch = mkdtempSync(join(tmpdir(), "flight-wasi-"));

/** Runs the command: what it wrote to each of its outputs, and its exit code. */
async function flight(args, input) {
    const paths = ["out", "err"].map((name) => join(scratch, name));
    const [stdout, stderr] = paths.map((path) => openSync(path, "w"));
    const stdin = openSync(input === undefined ? devNull : join(cases, input), "r");
    const preopens = { ".": cases };
    const options = { version: "preview1", args: ["flight", ...args], preopens, returnOnExit: true, stdin, stdout, stderr };
    const wasi = new WASI(options);
    const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
    const code = wasi.start(instance);
    [stdin, stdout, stderr].forEach(closeSync);
    const [out, err] = paths.map((path) => readFileSync(path, "utf8"));
    return { out, err, code };
}

const lines = (text, mark) => text.split("\n").slice(0, -1).map((line) => (line === "" ? mark : `${mark}${line}`).trimEnd());

let passed = 0;
let failed = 0;
for (const name of (await readdir(cases)).filter((name) => /\.wa(s?)t$/.test(name)).sort()) {
    const source = await readFile(join(cases, name), "utf8");
    const expected = (await readFile(join(cases, name.replace(/\.was?t$/, ".expected")), "utf8")).trimEnd();
    const found = [];
    for (const line of source.split("\n")) {
        if (!line.startsWith(";; RUN: ")) break;
        const command = line.slice(";; RUN: ".length).replaceAll("%", name);
        const [words, input] = command.split(" < ");
        // Between single quotes a word may have spaces.
        const args = (words.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, "$1"));
        const { out, err, code } = await flight(args, input);
        found.push(`$ flight ${command}`, ...lines(out, ""), ...lines(err, "! "));
        if (code !== 0) found.push(`[${code}]`);
    }
    // WASI has numbers of its own for what the system refuses.
    const alike = (transcript) => transcript.replaceAll(/\(os error \d+\)/g, "(os error)");
    if (alike(found.join("\n")) === alike(expected)) passed += 1;
    else {
        failed += 1;
        console.log(`✗ ${name}\n--- expected\n${expected}\n--- found\n${found.join("\n")}`);
    }
}
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
exit(failed === 0 ? 0 : 1);
