// Runs the program `scripts-in-wasm`, compiled to wasm32-wasip1, in Node: node run.mjs scripts-in-wasm.wasm
import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import { WASI } from "node:wasi";

const [, , path] = argv;
if (path === undefined) {
    console.error("which program? node run.mjs scripts-in-wasm.wasm");
    exit(2);
}
const wasi = new WASI({ version: "preview1", args: [path], returnOnExit: true });
const module = await WebAssembly.compile(await readFile(path));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
exit(wasi.start(instance));
