// What the views of a machine and a module say, field by field.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter, Module, Trap, UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

const TEXT = `(module $views
  (type $pair (struct (field $a (mut i32)) (field $b anyref)))
  (import "env" "call" (func $call (param i32) (result i32)))
  (import "env" "limit" (global $limit i32))
  (import "env" "broken" (tag $broken (param i64)))
  (memory 1) (memory 2 3) (table $first 2 funcref) (table $second 3 externref)
  (global $count (mut i32) (i32.const 7)) (global $ref funcref (ref.func $add))
  (elem (table $first) (i32.const 1) func $add)
  (tag $own (export "own") (param i32 f32))
  (func $add (export "add") (param $a i32) (param $b i32) (result i32) (local $sum i64)
    (i32.add (local.get $a) (local.get $b)))
  (func $deep (export "deep") (param $n i32) (result i32)
    (if (result i32) (local.get $n) (then (call $deep (i32.sub (local.get $n) (i32.const 1)))) (else (unreachable))))
  (func (export "pair") (param i32) (result (ref $pair)) (struct.new $pair (local.get 0) (ref.i31 (local.get 0))))
  (func (export "exception") (result exnref)
    (block $b (result exnref) (try_table (catch_all_ref $b) (throw $broken (i64.const 1))) (unreachable)))
  (func (export "host") (param i32) (result i32) (call $call (local.get 0))))`;
const imports = (call = (n) => n) => ({ env: { call, limit: 9, broken: { kind: "tag" } } });
const ADD = 1;

test("functions, imports and exports say their types", async () => {
  const module = await Module.fromWat(TEXT);
  const [call, add] = module.functions;
  assert.deepEqual([call.index, call.imported, call.type], [0, true, { params: ["i32"], results: ["i32"] }]);
  assert.deepEqual([add.index, add.name, add.type], [ADD, "add", { params: ["i32", "i32"], results: ["i32"] }]);
  const tag = module.imports.find(({ kind }) => kind === "tag");
  assert.deepEqual([tag.name, tag.type], ["broken", { params: ["i64"], results: [] }]);
  assert.deepEqual(module.exports[0], { name: "own", index: 1, kind: "tag", type: { params: ["i32", "f32"], results: [] } });
});

test("a module may be held to some features", async () => {
  const module = await Module.fromWat("(module (func (export \"f\")))", { features: "v1" });
  assert.deepEqual(module.features, []);
  assert.deepEqual((await Module.fromBytes(module.bytes, { features: "v2" })).features, []);
});

test("globals say where they come from", async () => {
  const { vm } = await make(TEXT, imports());
  assert.deepEqual(
    vm.globals.map(({ index, name, mutable, imported, type }) => [index, name, mutable, imported, type]),
    [[0, "limit", false, true, "i32"], [1, "count", true, false, "i32"], [2, "ref", false, false, "funcref"]],
  );
  const { value } = vm.globals[2];
  assert.deepEqual([value.function, value.name, typeof value.address], [ADD, "add", "number"]);
  assert.equal(vm.call(value, 2, 3), 5, "what inspection shows can be called");
});

test("memories and tables know their index", async () => {
  const { vm } = await make(TEXT, imports());
  assert.deepEqual(vm.memories.map(({ index, size }) => [index, size]), [[0, 65536], [1, 2 * 65536]]);
  assert.deepEqual(vm.tables.map(({ index, element, size }) => [index, element, size]), [[0, "funcref", 2], [1, "externref", 3]]);
});

test("an explanation says where it stands, what is taken and what is given", async () => {
  const { vm, module } = await make(TEXT, imports());
  vm.start("add", 2, 3);
  vm.run({ fuel: 2 });
  const { offset, mnemonic, instruction, takes, gives, text } = vm.explanation;
  assert.equal(offset, module.instructionOffsets(ADD)[2]);
  assert.deepEqual([mnemonic, instruction], ["i32.add", "i32.add"]);
  assert.deepEqual(takes.map(({ type, value }) => [type, value]), [["i32", 2], ["i32", 3]]);
  assert.deepEqual(gives.map(({ value }) => value), [5]);
  assert.equal(text, "i32.add takes 2 and 3, pushes 5");
});

test("a trap says in which calls it happened, and where they stood", async () => {
  const { vm, module } = await make(TEXT, imports());
  assert.throws(() => vm.call("deep", 2), (error) => {
    const { kind, function: index, offset, frames, depth } = error.info;
    assert.deepEqual([kind, index, depth], ["Unreachable", 2, 3]);
    assert.deepEqual(frames.map((frame) => [frame.function, frame.name, frame.locals[0].value]), [[2, "deep", 0], [2, "deep", 1], [2, "deep", 2]]);
    assert.equal(frames[0].offset, offset);
    assert.ok(frames.every((frame) => module.instructionOffsets(2).includes(frame.offset)));
    return error instanceof Trap;
  });
});

test("small integers, structures and exceptions are told apart", async () => {
  const { vm } = await make(TEXT, imports());
  const pair = vm.call("pair", 5);
  const view = vm.object(pair);
  assert.deepEqual([view.kind, view.type, view.name], ["struct", "struct (mut i32) anyref", "pair"]);
  assert.equal(view.parts[1].value.i31, 5);
  vm.start("exception");
  vm.run();
  const [{ type, value }] = vm.results;
  assert.equal(type, "exnref");
  assert.deepEqual([value.object, value.name, value.length], ["exception", "broken", 1]);
});

test("an object that is kept is not collected until it is released", async () => {
  const { vm } = await make(TEXT, imports(), { gcBudget: 1 << 14 });
  const pair = vm.call("pair", 5);
  vm.keep(pair);
  for (let count = 0; count < 2000; count += 1) vm.call("pair", count);
  assert.equal(vm.object(pair).parts[0].value, 5);
  vm.release(pair);
  for (let count = 0; count < 2000; count += 1) vm.call("pair", count);
  assert.throws(() => vm.object(pair), UsageError);
  assert.throws(() => vm.keep(pair), UsageError);
});

test("imported memories and tables have the sizes that are asked for", async () => {
  const module = await Module.fromWat('(module (import "e" "m" (memory 1 8)) (import "e" "t" (table 1 9 funcref)))');
  const vm = new Interpreter(module, { e: { m: { kind: "memory", minimum: 2, maximum: 3 }, t: { kind: "table", minimum: 4, maximum: 5 } } });
  assert.equal(vm.memory().size, 2 * 65536);
  assert.equal(vm.memory().grow(1), 2);
  assert.throws(() => vm.memory().grow(1), UsageError);
  assert.equal(vm.table().grow(1), 4);
  assert.throws(() => vm.table().grow(1), UsageError);
});

test("interpreters and modules are disposed of", async () => {
  const { vm, module } = await make(TEXT, imports());
  vm[Symbol.dispose]();
  assert.throws(() => vm.state, UsageError);
  module[Symbol.dispose]();
  assert.throws(() => module.bytes, UsageError);
});
