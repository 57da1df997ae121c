// What the package's tests share.
import { Interpreter, Module } from "../pkg/index.js";

const IN_NODE = globalThis.process?.versions?.node !== undefined;

/** The memories of Flight's own WebAssembly: tests are loaded before it is. */
const memories = [];
for (const name of ["Instance", "instantiate", "instantiateStreaming"]) {
  const real = WebAssembly[name];
  const note = (instance) => {
    const { exports } = instance;
    if (Object.keys(exports).some((key) => key.startsWith("__wbindgen"))) memories.push(exports.memory);
    return instance;
  };
  WebAssembly[name] =
    name === "Instance"
      ? new Proxy(real, { construct: (target, given) => note(new target(...given)) })
      : async (...given) => {
          const made = await real(...given);
          note(made.instance ?? made);
          return made;
        };
}

/** How much memory Flight's own WebAssembly has, in bytes: never less than it had. */
export const linearMemory = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

/** How much of the engine's heap is in use, in bytes. */
export const heapSize = () => (IN_NODE ? process.memoryUsage().heapUsed : performance.memory.usedJSHeapSize);

/** For the option `skip` of a test that a browser cannot run. */
export const nodeOnly = (why) => (IN_NODE ? false : `in Node only: ${why}`);

/** The bytes of a file that lies beside a test: readFile(new URL("name", import.meta.url)). */
export async function readFile(url) {
  if (url.protocol === "file:") return new Uint8Array(await (await import("node:fs/promises")).readFile(url));
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be read: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A module from text and an interpreter of it. */
export async function make(text, imports, options) {
  const module = await Module.fromWat(text);
  return { module, vm: new Interpreter(module, imports, options) };
}

export const FACTORIAL = `(module
  (func $fac (export "fac") (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n))
      (then (i64.const 1))
      (else (i64.mul (local.get $n)
        (call $fac (i64.sub (local.get $n) (i64.const 1))))))))`;

/** The state of the machine as plain data, for comparing. */
export function snapshot(vm) {
  return {
    state: vm.state,
    time: vm.time,
    frames: vm.frames,
    globals: vm.globals,
    memory: vm.memoryCount > 0 ? [...vm.memory(0).read(0, 256)] : [],
  };
}

/** Calls an imported function in a loop, sums what it returns into a global, and writes the sums into memory. */
export const SUMMING = `(module
  (import "env" "next" (func $next (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $sum (export "sum") (mut i32) (i32.const 0))
  (func $add (param $i i32)
    (global.set $sum (i32.add (global.get $sum) (call $next (local.get $i))))
    (i32.store (i32.mul (local.get $i) (i32.const 4)) (global.get $sum)))
  (func (export "main") (param $n i32) (result i32)
    (local $i i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (call $add (local.get $i))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $again)))
    (global.get $sum)))`;

/** A machine of it, and what its imported function has been called with. */
export async function summing(options) {
  const calls = [];
  const made = await make(SUMMING, { env: { next: (i) => calls.push(i) * 10 } }, options);
  return { ...made, calls };
}

/** Steps to the end: the hash before each step, and behind the last. */
export function course(vm) {
  const hashes = [vm.stateHash];
  while (vm.state === "Paused") {
    vm.step();
    hashes.push(vm.stateHash);
  }
  return hashes;
}

/** What something throws. */
export function thrown(act) {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
