// What the npm package costs in Node: starting, loading, stepping and looking.
// node figures.mjs [module.wasm]: the module is loaded instead of one that is made here.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Interpreter, Module, init } from "../pkg/index.js";
import { largeModule } from "./large-module.mjs";

/** (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))) */
const SMALL = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0,
  32, 1, 106, 11,
]);

const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];
const row = (what, figure) => console.log(`${what.padEnd(58)} ${figure}`);
const ms = (time) => `${time.toFixed(2)} ms`;

/** In a process of its own: from the bytes of Flight's wasm to the first stepped instruction. */
async function start(path) {
  const core = readFileSync(path);
  const began = performance.now();
  await init(core);
  const vm = new Interpreter(await Module.fromBytes(SMALL));
  vm.start("add", 1, 2);
  vm.step();
  console.log(performance.now() - began);
}

function startTimes(path) {
  const once = () => Number(spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--start", path], { encoding: "utf8" }).stdout);
  return Array.from({ length: 15 }, once);
}

async function times(count, act) {
  const taken = [];
  for (let turn = 0; turn < count; turn += 1) {
    const began = performance.now();
    await act();
    taken.push(performance.now() - began);
  }
  return taken;
}

/** Half of the calls of a recursion under way. */
async function recursion() {
  const vm = new Interpreter(
    await Module.fromWat(`(module (memory 1)
      (func $fac (export "fac") (param $n i64) (result i64) (local $index i32) (local $ratio f64)
        (if (result i64) (i64.eqz (local.get $n)) (then (i64.const 1))
          (else (i64.mul (local.get $n) (call $fac (i64.sub (local.get $n) (i64.const 1))))))))`),
  );
  vm.start("fac", 20n);
  vm.run({ fuel: 60 });
  return vm;
}

async function looking() {
  const vm = await recursion();
  const view = () => [vm.frames, vm.stack, vm.memory(0).read(0, 256)];
  for (let turn = 0; turn < 500; turn += 1) view();
  const taken = [];
  for (let turn = 0; turn < 3000; turn += 1) {
    const began = performance.now();
    view();
    taken.push((performance.now() - began) * 1000);
  }
  row(`a full view: ${vm.depth} frames with locals, stack, 256 bytes, median`, `${median(taken).toFixed(1)} µs`);
}

async function stepping(history) {
  const vm = new Interpreter(
    await Module.fromWat(`(module (func (export "count") (local $i i32)
      (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $again))))`),
    {},
    { history },
  );
  vm.start("count");
  const steps = 300_000;
  const began = performance.now();
  for (let step = 0; step < steps; step += 1) vm.step();
  const taken = performance.now() - began;
  row(`single steps in a second, ${history ? "recorded" : "not recorded"}`, Math.round((steps / taken) * 1000).toLocaleString("en"));
}

const [option, path] = process.argv.slice(2);
if (option === "--start") {
  await start(path);
} else {
  const core = fileURLToPath(new URL("../pkg/flight_bg.wasm", import.meta.url));
  row("from the bytes of flight_bg.wasm to the first step, median", ms(median(startTimes(core))));
  await init();
  const bytes = option === undefined ? largeModule() : readFileSync(option);
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
  const load = async () => (await Module.fromBytes(bytes)).free();
  await times(3, load);
  row(`loading ${size}, median`, ms(median(await times(15, load))));
  row(`WebAssembly.compile of the same bytes, median`, ms(median(await times(15, () => WebAssembly.compile(bytes)))));
  await looking();
  await stepping(true);
  await stepping(false);
}
