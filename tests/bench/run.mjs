// Runs the benchmark compiled to WebAssembly in this Node: node run.mjs bench.wasm GUESTS [ARGUMENT…]
// GUESTS is the pack of compiled guests that `cargo xtask bench` makes, or - for none.
import { readFile } from "node:fs/promises";
import { argv, exit, versions } from "node:process";

import { measure } from "./measure.mjs";

const [, , program, guests, ...rest] = argv;
if (guests === undefined) {
    console.error("error: what is to be run? node run.mjs bench.wasm GUESTS [ARGUMENT…]");
    exit(2);
}
const bytes = await readFile(program);
const input = guests === "-" ? undefined : new Uint8Array(await readFile(guests));
const args = input === undefined ? rest : ["--guests", ...rest];
const write = (lines, descriptor) => (descriptor === 2 ? console.error(lines) : console.log(lines));
if (args.includes("--record")) write(`@host\tNode ${versions.node}, V8 ${versions.v8}`);
exit(await measure({ bytes, args, input, write }));
