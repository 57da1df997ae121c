// References, objects of the heap, exceptions, vectors, features.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError, Module, Trap, UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

const OBJECTS = `(module $shapes
  (type $point (struct (field $x (mut i32)) (field $name i8) (field $next (ref null $point))))
  (type $bytes (array (mut i16)))
  (tag $broken (param i32 externref))
  (func (export "point") (param i32) (result (ref $point))
    (struct.new $point (local.get 0) (i32.const 511)
      (struct.new $point (i32.const 8) (i32.const 1) (ref.null $point))))
  (func (export "x") (param (ref null $point)) (result i32) (struct.get $point $x (local.get 0)))
  (func (export "bytes") (param i32) (result (ref array)) (array.new $bytes (i32.const 65535) (local.get 0)))
  (func (export "echo") (param anyref) (result anyref) (local.get 0))
  (func (export "throw") (param externref) (throw $broken (i32.const 7) (local.get 0)))
  (func (export "catch") (param externref) (result i32 externref)
    (block $caught (result i32 externref)
      (try_table (catch $broken $caught) (throw $broken (i32.const 9) (local.get 0)))
      (unreachable)))
  (func (export "exception") (result exnref)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (throw $broken (i32.const 1) (ref.null extern)))
      (unreachable))))`;

test("structures show names and fields, and references follow", async () => {
  const { vm } = await make(OBJECTS);
  const point = vm.call("point", 5);
  assert.deepEqual([point.object, point.name, point.length], ["struct", "point", 3]);
  const view = vm.object(point);
  assert.deepEqual(
    view.parts.map(({ name, storage, mutable, value }) => [name, storage, mutable, typeof value === "object" ? "object" : value]),
    [["x", "i32", true, 5], ["name", "i8", false, 255], ["next", "(ref null 0)", false, "object"]],
  );
  assert.equal(vm.object(view.parts[2].value).parts[0].value, 8);
  vm.start("x", point);
  assert.equal(vm.frames[0].locals[0].value.name, "point");
  vm.run();
  assert.equal(vm.results[0].value, 5);
  assert.throws(() => vm.call("x", null), (error) => error.kind === "NullStructure");
});

test("arrays show pages of their elements", async () => {
  const { vm } = await make(OBJECTS);
  const array = vm.call("bytes", 1000);
  const view = vm.object(array, { first: 998, count: 10 });
  assert.deepEqual([view.kind, view.length, view.parts.length], ["array", 1000, 2]);
  assert.deepEqual(view.parts.map((part) => [part.index, part.value]), [[998, 65535], [999, 65535]]);
});

test("what is no object, or has been collected, is a UsageError", async () => {
  const { vm } = await make(OBJECTS, {}, { gcBudget: 1 << 16 });
  const array = vm.call("bytes", 10_000);
  for (let round = 0; round < 20; round += 1) vm.call("bytes", 10_000);
  assert.throws(() => vm.object(array), UsageError);
  assert.throws(() => vm.call("echo", array), UsageError);
  assert.throws(() => vm.object(5), UsageError);
  assert.throws(() => vm.call("bytes", 10_000_000), (error) => error.kind === "HeapExhausted");
});

test("any reference crosses and keeps its identity", async () => {
  const { vm } = await make(OBJECTS);
  const own = { own: true };
  for (const value of [null, own, "text", 2 ** 40, 0.5]) assert.equal(vm.call("echo", value), value);
  assert.equal(vm.call("echo", -3), -3);
  assert.equal(vm.call("echo", { i31: 7 }), 7);
});

test("exceptions: caught ones hand over their arguments, uncaught ones are traps that show them", async () => {
  const { vm } = await make(OBJECTS);
  const thrown = new Error("mine");
  assert.deepEqual(vm.call("catch", thrown), [9, thrown]);
  assert.throws(() => vm.call("throw", thrown), (error) => {
    assert.ok(error instanceof Trap);
    assert.equal(error.kind, "UncaughtException");
    assert.equal(error.info.exception.name, "broken");
    assert.deepEqual(error.info.exception.arguments.map((argument) => argument.value), [7, thrown]);
    return true;
  });
  const exception = vm.call("exception");
  const view = vm.object(exception);
  assert.deepEqual([view.kind, view.name, view.parts.map((part) => part.value)], ["exception", "broken", [1, null]]);
});

test("vectors are BigInts of their bits", async () => {
  const { vm } = await make(`(module (func (export "add") (param v128 v128) (result v128) (i32x4.add (local.get 0) (local.get 1))))`);
  assert.equal(vm.call("add", (1n << 96n) | 5n, 7n), (1n << 96n) | 12n);
  vm.start("add", 1n, (1n << 128n) - 1n);
  assert.equal(vm.frames[0].locals[1].bits, "f".repeat(32));
});

test("a module tells its features, and one that is not allowed is refused by name", async () => {
  const text = `(module (type (struct)) (func (param v128)))`;
  assert.deepEqual((await Module.fromWat(text)).features, ["simd", "gc"]);
  await assert.rejects(Module.fromWat(text, { features: "-simd" }), (error) => {
    assert.ok(error instanceof CompileError);
    assert.match(error.message, /the feature simd is not allowed/);
    return true;
  });
  await assert.rejects(Module.fromWat(text, { features: "nonsense" }), UsageError);
});

test("tags can be imported", async () => {
  const { vm } = await make(`(module (import "e" "t" (tag $t (param i32))) (func (export "f") (throw $t (i32.const 3))))`, { e: { t: { kind: "tag" } } });
  assert.throws(() => vm.call("f"), (error) => error.info.exception.arguments[0].value === 3);
});
