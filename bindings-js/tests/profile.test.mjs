// What ran, and how often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter, Module, UsageError } from "../pkg/index.js";
import { FACTORIAL, make, summing } from "./support.mjs";

const sum = (profile) => profile.functions.reduce((all, one) => all + one.instructions, 0n);
const named = (functions, name) => functions.find((one) => one.name === name);

test("a profile counts instructions and calls, function by function", async () => {
  const { vm, calls } = await summing();
  vm.call("main", 5);
  const profile = vm.profile();
  assert.equal(calls.length, 5);
  assert.equal(profile.begin.time, 0n);
  assert.deepEqual(profile.end, vm.moment);
  assert.equal(profile.instructions, vm.time);
  assert.equal(sum(profile), vm.time);
  const [main, add, next] = ["main", "add", "env.next"].map((name) => named(profile.functions, name));
  assert.deepEqual([main.calls, main.total, main.function, main.instance, main.host], [1, vm.time, 2, 0, false]);
  assert.deepEqual([add.calls, add.instructions, add.total], [5, 55n, 55n]);
  assert.deepEqual([next.calls, next.instructions, next.function, next.instance, next.host], [5, 0n, 0, null, true]);
  assert.ok(profile.functions[0].instructions >= profile.functions[1].instructions);
  assert.deepEqual([...add.counts], Array(11).fill(5));
  assert.equal(add.offsets.length, 11);
});

test("recursion is counted once, and a part of the past can be asked for", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 3n);
  vm.run();
  const half = vm.time / 2n;
  const all = vm.profile();
  assert.deepEqual([all.functions[0].calls, all.functions[0].total], [4, vm.time]);
  vm.seek(half);
  const hash = vm.stateHash;
  const first = vm.profile({ from: 0 });
  assert.equal(sum(first), half);
  assert.deepEqual([vm.time, vm.stateHash, vm.inPast], [half, hash, true]);
  const { moment } = vm;
  vm.seek(all.end);
  const second = vm.profile({ from: moment });
  assert.deepEqual([second.begin, sum(second)], [moment, vm.time - half]);
  assert.equal(first.functions[0].calls + second.functions[0].calls, 4);
  assert.deepEqual(vm.profile({ from: Number(half) }), second);
});

test("coverage tells what ran and what did not", async () => {
  const { module, vm } = await make(`(module
    (func $unused (nop))
    (func $half (export "half") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.div_u (i32.const 1) (local.get 0))))))`);
  const names = () => vm.coverage().map(({ name }) => name);
  assert.deepEqual(names(), ["unused", "half"]);
  vm.call("half", 1);
  for (const { function: index, offsets, missed } of vm.coverage()) {
    const every = [...offsets, ...missed].sort((one, other) => one - other);
    assert.deepEqual(every, [...module.instructionOffsets(index)]);
  }
  const before = named(vm.coverage(), "half");
  assert.deepEqual([before.offsets.length, before.missed.length], [5, 4]);
  assert.equal(named(vm.coverage(), "unused").offsets.length, 0);
  // What trapped was come to, but has taken no time.
  assert.throws(() => vm.call("half", 0));
  const after = named(vm.coverage(), "half");
  assert.equal(after.missed.length, 1);
  assert.equal(named(vm.profile().functions, "half").offsets.length, after.offsets.length - 1);
});

test("functions of linked instances are in it", async () => {
  const { vm } = await make(`(module (func $one (export "one") (result i32) (i32.const 1)))`);
  const module = await Module.fromWat(`(module (import "a" "one" (func (result i32)))
    (func $two (export "two") (result i32) (i32.add (call 0) (call 0))))`);
  const other = new Interpreter(module, { a: { one: vm.exports.one } });
  assert.equal(other.call("two"), 2);
  const { functions } = other.profile();
  assert.deepEqual(
    functions.map(({ instance, function: index, name, calls, instructions, total }) => [instance, index, name, calls, instructions, total]),
    [
      [0, 0, "one", 2, 4n, 4n],
      [1, 1, "two", 1, 4n, 8n],
    ],
  );
  assert.deepEqual(vm.profile(), other.profile());
  assert.deepEqual(other.coverage().map(({ name }) => name), ["two"]);
});

test("what cannot be asked is a UsageError", async () => {
  const { vm } = await make(FACTORIAL);
  vm.call("fac", 3n);
  for (const from of [-1, "soon", {}, 10n ** 6n, { time: vm.time, actions: 99, trapped: false }]) {
    assert.throws(() => vm.profile({ from }), UsageError, String(from));
    assert.throws(() => vm.coverage({ from }), UsageError, String(from));
  }
  const unrecorded = (await make(FACTORIAL, {}, { history: false })).vm;
  assert.throws(() => unrecorded.profile(), { name: "UsageError", message: /profile .*nothing is recorded/ });
  assert.throws(() => unrecorded.coverage(), { name: "UsageError", message: /coverage .*nothing is recorded/ });
});
