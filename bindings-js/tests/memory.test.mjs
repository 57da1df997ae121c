// Interpreters that are freed, disposed of or forgotten take no memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter, Module } from "../pkg/index.js";
import { withoutRecord } from "./members/recording.mjs";
import { heapSize, linearMemory } from "./support.mjs";

const COUNT = 10_000;
/** So many are made before the event loop gets a turn: what is forgotten is collected then. */
const BATCH = 250;
/** What may remain of all of them together, in bytes: less than a hundred for each. */
const SLACK = 1_000_000;

const collect = async () => {
  // What is finalized in the first turn may let go of something else.
  for (let turns = 0; turns < 2; turns += 1) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
};
const noGc = typeof globalThis.gc === "function" ? false : "without --expose-gc";

const TEXT = `(module (import "env" "print" (func $print (param i32))) (memory 1) (table 10 funcref)
  (func (export "main") (param i32) (result i32) (call $print (local.get 0)) (i32.add (local.get 0) (i32.const 1))))`;

/** Makes one, and uses it in ways that make objects on both sides. */
function use(module, count) {
  const vm = new Interpreter(module, { env: { print: () => vm.time } });
  vm.start("main", count);
  vm.step();
  vm.memory().write(0, new Uint8Array(8));
  vm.table().get(0);
  vm.breakpoints.add({ offset: vm.frames[0].offset });
  vm.run();
  assert.equal(vm.call("main", count), count + 1);
  return vm;
}

/** By how much both memories have grown when as many have been made and dropped. */
async function growth(drop) {
  const module = await Module.fromWat(TEXT);
  let before;
  for (let count = 0; count < COUNT + BATCH; count += 1) {
    if (count % BATCH === 0) await collect();
    // The first batch decides how much room one needs.
    if (count === BATCH) before = { linear: linearMemory(), heap: heapSize() };
    drop(use(module, count));
  }
  await collect();
  module.free();
  return { linear: linearMemory() - before.linear, heap: heapSize() - before.heap };
}

for (const [how, drop] of [
  ["freed", (vm) => vm.free()],
  ["disposed of", (vm) => vm[Symbol.dispose]()],
  ["forgotten", () => {}],
]) {
  test(`${COUNT} interpreters that are ${how} leave nothing`, { skip: noGc }, async () => {
    const module = await Module.fromWat(TEXT);
    assert.ok(linearMemory() > 0, "Flight's own memory has been found");
    module[Symbol.dispose]();
    const { linear, heap } = await withoutRecord(() => growth(drop));
    assert.ok(linear < SLACK, `the linear memory has grown by ${linear} bytes`);
    assert.ok(heap < SLACK, `the heap has grown by ${heap} bytes`);
  });
}

test("values that a guest no longer holds are forgotten, unless they are recorded", { skip: noGc }, async () => {
  const module = await Module.fromWat(`(module (table (export "table") 10 externref)
    (func (export "put") (param i32 externref) (table.set (local.get 0) (local.get 1))))`);
  const put = (vm) => {
    const passed = [];
    for (let count = 0; count < 5000; count += 1) {
      const value = { count };
      vm.call("put", count % 10, value);
      passed.push(new WeakRef(value));
    }
    return passed;
  };
  const left = await withoutRecord(async () => {
    const machines = [false, true].map((history) => new Interpreter(module, {}, { history }));
    const passed = machines.map(put);
    await collect();
    for (const vm of machines) assert.deepEqual(vm.table().entries(0, 10).map(({ value }) => value.count % 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    return passed.map((refs) => refs.filter((ref) => ref.deref() !== undefined).length);
  });
  assert.ok(left[0] < 2100, `${left[0]} of 5000 are left`);
  assert.equal(left[1], 5000);
});
