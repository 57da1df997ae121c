// Stepping, running, breakpoints, looking in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { FACTORIAL, make, snapshot } from "./support.mjs";

test("a call runs to its end", async () => {
  const { vm } = await make(FACTORIAL);
  assert.equal(vm.call("fac", 20n), 2432902008176640000n);
  assert.equal(vm.state, "Finished");
});

test("run equals step repeated, and any pauses in between", async () => {
  const { vm: stepped } = await make(FACTORIAL);
  const { vm: run } = await make(FACTORIAL);
  stepped.start("fac", 4n);
  run.start("fac", 4n);
  while (stepped.state === "Paused") {
    assert.deepEqual(snapshot(run), snapshot(stepped));
    stepped.step();
    run.run({ fuel: 1 });
  }
  assert.equal(run.state, "Finished");
  assert.equal(run.time, stepped.time);
  assert.deepEqual(run.results, [{ type: "i64", value: 24n, bits: "0000000000000018" }]);
  const { vm: at } = await make(FACTORIAL);
  for (let fuel = 0n; fuel < stepped.time; fuel += 1n) {
    at.start("fac", 4n);
    const begin = at.time;
    assert.deepEqual(at.run({ fuel: Number(fuel) }), { reason: "OutOfFuel" });
    assert.equal(at.time - begin, fuel);
  }
});

test("the hash of the machine depends on what it is, and on nothing else", async () => {
  const { vm: precise } = await make(FACTORIAL, {}, { translation: "precise" });
  const { vm: folded } = await make(FACTORIAL, {}, { translation: "folded" });
  const seen = new Set();
  precise.start("fac", 4n);
  folded.start("fac", 4n);
  while (precise.state === "Paused") {
    assert.equal(typeof precise.stateHash, "bigint");
    assert.ok(precise.stateHash >= 0n && precise.stateHash < 1n << 64n);
    assert.equal(precise.stateHash, folded.stateHash);
    assert.ok(!seen.has(precise.stateHash));
    seen.add(precise.stateHash);
    assert.equal(folded.frames.length, folded.depth);
    precise.step();
    folded.run({ fuel: 1 });
  }
  assert.equal(precise.stateHash, folded.stateHash);
  const { vm } = await make(FACTORIAL);
  vm.call("fac", 4n);
  assert.equal(vm.stateHash, folded.stateHash);
});

test("there are two translations", async () => {
  for (const translation of ["precise", "folded", undefined]) {
    const { vm } = await make(FACTORIAL, {}, { translation });
    assert.equal(vm.call("fac", 5n), 120n);
  }
  for (const translation of ["quick", "", null, 1]) {
    await assert.rejects(make(FACTORIAL, {}, { translation }), UsageError);
  }
});

test("the view shows names, offsets, values and labels", async () => {
  const { vm, module } = await make(FACTORIAL);
  vm.start("fac", 3n);
  while (vm.frames[0].instruction !== "i64.mul") vm.step();
  assert.deepEqual(vm.stack.map((operand) => operand.value), [1n, 1n]);
  const [inner, outer] = vm.frames;
  assert.equal(vm.depth, 3);
  assert.equal(inner.name, "fac");
  assert.equal(inner.host, false);
  assert.deepEqual(inner.locals, [{ index: 0, name: "n", parameter: true, type: "i64", value: 1n, bits: "0000000000000001" }]);
  assert.deepEqual(inner.labels.map((label) => label.kind), ["func", "else"]);
  assert.equal(outer.instruction, "call 0");
  assert.deepEqual(outer.operands.map((operand) => operand.value), [2n]);
  assert.ok(module.instructionOffsets(0).includes(inner.offset));
  assert.equal(vm.explanation.text, "i64.mul takes 1 and 1, pushes 1");
  assert.deepEqual(vm.explanation.gives, [{ type: "i64", value: 1n, bits: "0000000000000001" }]);
});

test("step over and out", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 5n);
  while (vm.frames[0].instruction !== "call 0") vm.step();
  assert.deepEqual(vm.stepOver(), { reason: "Step" });
  assert.equal(vm.depth, 1);
  assert.deepEqual(vm.stack.map((operand) => operand.value), [5n, 24n]);
  assert.equal(vm.frames[0].instruction, "i64.mul");

  vm.start("fac", 5n);
  while (vm.depth < 3) vm.step();
  assert.deepEqual(vm.stepOut(), { reason: "Step" });
  assert.equal(vm.depth, 2);
  assert.deepEqual(vm.stepOut({ fuel: 1 }), { reason: "OutOfFuel" });
  assert.deepEqual(vm.stepOut(), { reason: "Step" });
  assert.equal(vm.depth, 1);
  assert.deepEqual(vm.stepOut(), { reason: "Finished" });
});

test("breakpoints stop before their instruction, again and again", async () => {
  const { vm, module } = await make(FACTORIAL);
  const offset = module.textMap().find((at) => at.line === 3).offset;
  assert.deepEqual(vm.breakpoints.add({ offset }), { function: 0, offset, count: 0 });
  assert.equal(vm.breakpoints.size, 1);
  vm.start("fac", 2n);
  const seen = [];
  for (;;) {
    const stop = vm.run();
    if (stop.reason !== "Breakpoint") break;
    assert.equal(stop.offset, offset);
    seen.push(vm.frames[0].locals[0].value);
  }
  // The machine was paused at the breakpoint when the run began.
  assert.deepEqual(seen, [1n, 0n]);
  assert.equal(vm.state, "Finished");
  assert.equal(vm.call("fac", 3n), 6n);
  assert.equal(vm.breakpoints.remove({ offset }), true);
  assert.equal(vm.breakpoints.remove({ offset }), false);
  vm.start("fac", 2n);
  assert.deepEqual(vm.run(), { reason: "Finished" });
  assert.throws(() => vm.breakpoints.add({ offset: offset + 1 }), UsageError);
  assert.throws(() => vm.breakpoints.add({ function: 9, offset }), UsageError);
  assert.equal(vm.breakpoints.size, 0);
});

test("an endless loop can be run in slices", async () => {
  const { vm } = await make(`(module (func (export "forever") (loop (br 0))))`);
  vm.start("forever");
  assert.deepEqual(vm.run({ fuel: 1_000_000 }), { reason: "OutOfFuel" });
  assert.equal(vm.time, 1_000_000n);
  assert.equal(vm.state, "Paused");
});

test("memory, tables and globals can be looked into and memory changed", async () => {
  const { vm } = await make(`(module
    (memory 1) (data (i32.const 8) "hello")
    (table 4 funcref) (elem (i32.const 1) $f) (func $f)
    (global $counter (mut i32) (i32.const 7))
    (global (export "pi") f64 (f64.const 3.25))
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`);
  const memory = vm.memory();
  assert.equal(memory.size, 65536);
  assert.equal(new TextDecoder().decode(memory.read(8, 5)), "hello");
  assert.equal(memory.read(65530, 100).length, 6);
  assert.equal(memory.read(70000, 4).length, 0);
  memory.write(8, new Uint8Array([74]));
  assert.equal(vm.call("load", 8), 74);
  assert.throws(() => memory.write(65535, new Uint8Array(2)), UsageError);
  assert.throws(() => memory.read(-1, 1), UsageError);
  assert.throws(() => vm.memory(1), UsageError);
  const table = vm.table();
  assert.deepEqual([table.element, table.size, vm.tableCount], ["funcref", 4, 1]);
  assert.equal(table.get(0), null);
  assert.equal(table.get(1)(), undefined);
  assert.equal(table.entries(1, 1)[0].value.name, "f");
  assert.throws(() => table.get(4), UsageError);
  assert.deepEqual(vm.globals.map(({ name, value, mutable }) => [name, value, mutable]), [["counter", 7, true], ["pi", 3.25, false]]);
});

test("what is asked for at the wrong time or wrongly is a UsageError and changes nothing", async () => {
  const { vm } = await make(FACTORIAL);
  for (const wrong of [
    () => vm.step(),
    () => vm.run(),
    () => vm.call("nope"),
    () => vm.call("fac"),
    () => vm.call("fac", 1n, 2n),
    () => vm.call("fac", 1),
    () => vm.call("fac", "x"),
    () => vm.call("fac", Symbol("s")),
  ]) {
    assert.throws(wrong, (error) => error instanceof UsageError && error.message.length > 10);
  }
  assert.equal(vm.state, "Idle");
  assert.equal(vm.call("fac", 3n), 6n);
  vm.free();
  assert.throws(() => vm.state, UsageError);
});
