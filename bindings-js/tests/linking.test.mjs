// Several instances: exports of one as imports of another, in one store and across stores.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter, LinkError, Module, Trap, UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

const LIBRARY = `(module
  (memory (export "memory") 1 4)
  (table (export "table") 4 funcref)
  (global (export "counter") (mut i32) (i32.const 5))
  (tag (export "oops") (param i32))
  (func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "poke") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "fail") (param i32) (throw 0 (local.get 0)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1))))`;

const PROGRAM = `(module
  (import "lib" "memory" (memory 1))
  (import "lib" "table" (table 1 funcref))
  (import "lib" "counter" (global $counter (mut i32)))
  (import "lib" "oops" (tag $oops (param i32)))
  (import "lib" "add" (func $add (param i32 i32) (result i32)))
  (import "lib" "fail" (func $fail (param i32)))
  (func $twice (export "twice") (param i32) (result i32) (call $add (local.get 0) (local.get 0)))
  (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "count") (result i32) (global.set $counter (i32.add (global.get $counter) (i32.const 1))) (global.get $counter))
  (func (export "caught") (param i32) (result i32)
    (block $h (result i32) (try_table (catch $oops $h) (call $fail (local.get 0))) (i32.const -1)))
  (elem (i32.const 2) $twice))`;

async function linked() {
  const { vm: library } = await make(LIBRARY);
  const { vm: program } = await make(PROGRAM, { lib: library.exports });
  return { library, program };
}

test("an instance whose imports another one exports lives in its store", async () => {
  const { library, program } = await linked();
  assert.deepEqual([library.instance, program.instance], [0, 1]);
  assert.deepEqual(program.instances, [library, program]);
  assert.equal(program.call("twice", 21), 42);
  library.call("poke", 7, 99);
  assert.equal(program.call("peek", 7), 99);
  assert.equal(program.call("count"), 6);
  assert.equal(library.exports.counter.value, 6);
  library.exports.counter.value = 40;
  assert.equal(program.call("count"), 41);
  assert.equal(program.call("caught", 17), 17);
  // The element segment has put a function of the program into the library's table.
  assert.equal(library.exports.table.get(2), program.exports.twice);
  assert.equal(library.exports.table.get(2)(4), 8);
  assert.throws(() => { program.exports.twice = 1; }, TypeError);
});

test("one machine steps through all of them, forwards and back", async () => {
  const { library, program } = await linked();
  program.start("twice", 4);
  while (program.frames[0].name !== "add") program.step();
  assert.deepEqual(program.frames.map(({ instance, name }) => [instance, name]), [[0, "add"], [1, "twice"]]);
  assert.deepEqual([library.state, library.time, library.depth], [program.state, program.time, program.depth]);
  library.step();
  assert.equal(program.stack.length, 1);
  program.stepBack();
  assert.equal(library.stack.length, 0);
  const { offset } = library.module.functions.map(({ index }) => index === 0 && { offset: library.module.instructionOffsets(0)[2] }).find(Boolean);
  library.breakpoints.add({ offset });
  assert.deepEqual(program.run(), { reason: "Breakpoint", function: 0, offset });
  assert.equal(library.run().reason, "Finished");
  assert.deepEqual(library.results, program.results);
});

test("the store can be named where imports do not tell it", async () => {
  const { vm: one } = await make(`(module (memory (export "m") 1))`);
  const { vm: two } = await make(`(module (func (export "seven") (result i32) (i32.const 7)))`, {}, { store: one });
  assert.deepEqual([two.instance, one.instances.length], [1, 2]);
  const both = `(module (import "one" "m" (memory 1)) (import "two" "seven" (func $seven (result i32)))
    (func (export "main") (result i32) (i32.store8 (i32.const 3) (call $seven)) (i32.load8_u (i32.const 3))))`;
  const { vm: three } = await make(both, { one: one.exports, two: two.exports });
  assert.deepEqual([three.call("main"), one.memory().read(3, 1)[0]], [7, 7]);
  await assert.rejects(make(both, {}, { store: {} }), UsageError);
  await assert.rejects(make(`(module)`, {}, { store: one, callDepth: 10 }), /callDepth is that of the store/);
});

test("functions go to other stores, everything else stays in its own", async () => {
  const { vm: library } = await make(LIBRARY);
  const { vm: other } = await make(`(module (memory (export "memory") 1))`);
  const text = `(module (import "lib" "add" (func $add (param i32 i32) (result i32))) (import "lib" "memory" (memory 1))
    (func (export "main") (result i32) (call $add (i32.const 1) (i32.const 2))))`;
  const { vm } = await make(text, { lib: { add: library.exports.add, memory: other.exports.memory } });
  assert.equal(vm.call("main"), 3);
  assert.deepEqual([vm.instances.includes(library), vm.instances.includes(other)], [false, true]);
  const two = `(module (import "a" "memory" (memory 1)) (import "b" "memory" (memory $b 1)))`;
  await assert.rejects(make(two, { a: library.exports, b: other.exports }), /"b" "memory" is of an instance in another store/);
  await assert.rejects(make(`(module (import "a" "memory" (memory 9)))`, { a: library.exports }), LinkError);
  // What failed to link has left nothing behind.
  assert.deepEqual([library.instances, library.call("add", 1, 1)], [[library], 2]);
});

test("a memory that is no export can be shared too, and a fresh one be given to two", async () => {
  const importing = await Module.fromWat(`(module (import "env" "memory" (memory 1)) (func (export "peek") (result i32) (i32.load8_u (i32.const 0))))`);
  const one = new Interpreter(importing, { env: { memory: { kind: "memory", minimum: 2 } } });
  const two = new Interpreter(importing, { env: { memory: one.memory(0) } });
  one.memory().write(0, new Uint8Array([55]));
  assert.deepEqual([two.call("peek"), two.memories.length, two.memory().size], [55, 1, 2 * 65536]);
});

test("freeing one instance leaves the others", async () => {
  const { library, program } = await linked();
  library.free();
  assert.equal(program.call("twice", 3), 6);
  assert.deepEqual(program.instances, [program]);
  assert.throws(() => library.call("add", 1, 2), UsageError);
  program.free();
  assert.throws(() => program.state, UsageError);
});

test("a recording of linked instances opens with all of them", async () => {
  const { library, program } = await linked();
  program.call("count");
  library.call("poke", 1, 2);
  const opened = await Interpreter.fromRecording(program.recording());
  assert.equal(opened.instances.length, 2);
  opened.seek(opened.history.end.time);
  assert.equal(opened.stateHash, program.stateHash);
  assert.equal(opened.instances[0].exports.counter.value, 6);
});

test("exports are what the JavaScript interface makes of them", async () => {
  const { vm } = await make(LIBRARY);
  const { add, memory, table, counter, oops, fail } = vm.exports;
  assert.deepEqual(Object.keys(vm.exports), ["memory", "table", "counter", "oops", "add", "poke", "fail", "grow"]);
  assert.equal(Object.getPrototypeOf(vm.exports), null);
  assert.ok(Object.isFrozen(vm.exports));
  assert.deepEqual([add.name, add.length, add(2, 3), add(2), add(1, 2, 3)], ["0", 2, 5, 2, 3]);
  assert.deepEqual([memory.size, table.size, table.element], [65536, 4, "funcref"]);
  assert.deepEqual([counter.type, counter.mutable, counter.value, counter + 1], ["i32", true, 5, 6]);
  assert.throws(() => { counter.value = 1n; }, UsageError);
  assert.deepEqual(oops.parameters, ["i32"]);
  assert.throws(() => fail(4), (error) => error instanceof Trap && error.info.exception.arguments[0].value === 4);
  assert.equal(vm.exports, vm.exports);
  assert.throws(() => new counter.constructor(), UsageError);
  assert.throws(() => new oops.constructor(), UsageError);
  const { vm: constant } = await make(`(module (global (export "g") i64 (i64.const 3)))`);
  assert.equal(constant.exports.g.value, 3n);
  assert.throws(() => { constant.exports.g.value = 4n; }, UsageError);
});

test("a function is called by name, by index, or by itself", async () => {
  const { vm } = await make(`(module (func $hidden (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (table (export "t") 1 funcref) (elem (i32.const 0) $hidden) (func (export "main") (result i32) (i32.const 1)))`);
  assert.equal(vm.call(0, 21), 42);
  assert.equal(vm.call(vm.exports.t.get(0), 4), 8);
  assert.equal(vm.call(vm.table().entries(0, 1)[0].value, 5), 10);
  vm.start(0, 6);
  assert.equal(vm.frames[0].name, "hidden");
  for (const wrong of [7, -1, 1.5, null, undefined, {}, () => 1, { address: 99 }, { address: -1 }, Symbol("x")]) {
    assert.throws(() => vm.call(wrong), UsageError, String(wrong));
  }
});
