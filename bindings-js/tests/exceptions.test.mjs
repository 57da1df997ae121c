// Exceptions between JavaScript and guests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Exception, JSTag, Trap, UsageError } from "../pkg/index.js";
import { make, thrown } from "./support.mjs";

const CATCHING = `(module
  (import "env" "h" (func $h (param i32) (result i32)))
  (import "env" "js" (tag $js (param externref)))
  (tag $own (export "own") (param i32 i64))
  (func (export "catch") (param i32) (result i32 i64)
    (block $b (result i32 i64)
      (try_table (catch $own $b) (return (call $h (local.get 0)) (i64.const -1))) (unreachable)))
  (func (export "catch all") (param i32) (result i32)
    (block $b (try_table (catch_all $b) (return (call $h (local.get 0))))) (i32.const -2))
  (func (export "catch js") (param i32) (result externref)
    (block $b (result externref) (try_table (catch $js $b) (drop (call $h (local.get 0)))) (ref.null extern)))
  (func (export "again") (param i32) (result i32)
    (block $b (result exnref) (try_table (catch_all_ref $b) (return (call $h (local.get 0)))) (unreachable))
    (throw_ref))
  (func (export "plain") (param i32) (result i32) (call $h (local.get 0)))
  (func (export "throw") (param i32) (result i32) (throw $own (local.get 0) (i64.const 7))))`;

async function catching(h, options) {
  const { vm } = await make(CATCHING, { env: { js: JSTag, h: (x) => h(x, vm) } }, options);
  return vm;
}

test("an imported function throws an exception of the guest's into it", async () => {
  const vm = await catching((x, machine) => {
    throw new Exception(machine.exports.own, [x, 5n]);
  });
  assert.deepEqual(vm.call("catch", 3), [3, 5n]);
  assert.equal(vm.call("catch all", 3), -2);
  const trap = thrown(() => vm.call("plain", 4));
  assert.deepEqual([trap.kind, trap.info.exception.name], ["UncaughtException", "own"]);
  assert.deepEqual(trap.info.exception.arguments.map(({ value }) => value), [4, 5n]);
  assert.deepEqual(vm.journal.filter(({ action }) => action === "Throw").map(({ caught }) => caught), [true, true, false]);
});

test("anything else is caught by handlers for all and for JSTag, and else is the trap's cause", async () => {
  const mine = new RangeError("mine");
  const vm = await catching(() => {
    throw mine;
  });
  assert.equal(vm.call("catch all", 1), -2);
  assert.equal(vm.call("catch js", 1), mine);
  for (const name of ["plain", "catch", "again"]) {
    const trap = thrown(() => vm.call(name, 1));
    assert.ok(trap instanceof Trap, name);
    assert.deepEqual([trap.kind, trap.cause], [name === "again" ? "UncaughtException" : "Host", mine], name);
  }
});

test("an exception of a nested call goes on through the imported function", async () => {
  const vm = await catching((x, machine) => machine.call("throw", x + 1));
  assert.deepEqual(vm.call("catch", 1), [2, 7n]);
  const trap = thrown(() => vm.call("plain", 1));
  assert.deepEqual([trap.kind, trap.info.exception.name, trap.info.exception.arguments[0].value], ["UncaughtException", "own", 2]);
});

test("a promise that rejects with an exception throws it", async () => {
  const vm = await catching(async (x, machine) => {
    throw new Exception(machine.exports.own, [x, 1n]);
  });
  assert.deepEqual(await vm.callAsync("catch", 8), [8, 1n]);
});

test("thrown exceptions are in the record", async () => {
  let calls = 0;
  const vm = await catching((x, machine) => {
    calls += 1;
    throw new Exception(machine.exports.own, [x, 9n]);
  });
  vm.start("catch", 6);
  const begin = vm.time;
  vm.run();
  const hash = vm.stateHash;
  vm.seek(begin);
  assert.equal(vm.run().reason, "Finished");
  assert.deepEqual([vm.stateHash, calls], [hash, 1]);
  vm.verify();
});

test("exceptions have a tag of an instance and values that fit", async () => {
  const vm = await catching(() => 1);
  const { own } = vm.exports;
  assert.deepEqual(new Exception(own, [1, 2n]).values, [1, 2n]);
  for (const [tag, values] of [[{}, []], [undefined, []], [vm.exports.plain, []], [own, [1]], [own, [1, 2]], [own, 5], [own, [1, 2n, 3]]]) {
    assert.throws(() => new Exception(tag, values), UsageError);
  }
  assert.deepEqual([new Exception(own, [1, 2n]).tag, JSTag.parameters], [own, ["externref"]]);
});
