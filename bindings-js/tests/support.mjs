// What the package's tests share.
import { Interpreter, Module } from "../pkg/index.js";

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
