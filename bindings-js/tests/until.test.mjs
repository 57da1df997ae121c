// Where a run is to end, and what is told on the way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { FACTORIAL, SUMMING, make, summing } from "./support.mjs";

test("a run ends at a time, a depth, an offset or a function, or when asked", async () => {
  const { vm, module } = await make(FACTORIAL);
  const offsets = module.instructionOffsets(0);
  const until = (goal, options) => {
    vm.start("fac", 6n);
    const begin = vm.time;
    return { ...vm.run({ until: goal === "time" ? { time: begin + 17n } : goal, ...options }), took: vm.time - begin, depth: vm.depth };
  };
  assert.deepEqual(until("time"), { reason: "Until", took: 17n, depth: 3 });
  vm.start("fac", 6n);
  vm.run({ fuel: 40 });
  assert.ok(vm.depth > 3);
  assert.deepEqual([vm.run({ until: { depth: 3 } }), vm.depth], [{ reason: "Until" }, 3]);
  assert.deepEqual([vm.run({ until: { depth: 3 } }), vm.depth], [{ reason: "Until" }, 3]);
  const last = offsets.at(-1);
  assert.deepEqual([until({ offset: last }).reason, vm.frames[0].offset, vm.depth], ["Until", last, 7]);
  assert.deepEqual([until({ function: 0 }).reason, vm.frames[0].offset, vm.depth], ["Until", offsets[0], 2]);
  assert.deepEqual([until((machine) => machine.depth === 5).reason, vm.depth], ["Until", 5]);
  assert.deepEqual([until({ offset: last }, { fuel: 3 }).reason, until(() => false, { fuel: 3 }).took], ["OutOfFuel", 3n]);
  assert.equal(until(() => false).reason, "Finished");
  assert.equal(vm.breakpoints.size, 0);
});

test("a breakpoint that is there stops the run as itself", async () => {
  const { vm, module } = await make(FACTORIAL);
  const offset = module.instructionOffsets(0).at(-1);
  vm.breakpoints.add({ offset });
  vm.start("fac", 2n);
  assert.equal(vm.run({ until: { offset } }).reason, "Breakpoint");
  assert.equal(vm.breakpoints.size, 1);
});

test("a run ends where a condition is true, at a place or anywhere", async () => {
  const { vm, module } = await make(FACTORIAL);
  const offset = module.instructionOffsets(0)[0];
  vm.start("fac", 6n);
  assert.deepEqual([vm.run({ until: { offset, condition: "local.n == 2" } }), vm.depth], [{ reason: "Until" }, 5]);
  assert.equal(vm.breakpoints.size, 0);
  vm.start("fac", 6n);
  assert.deepEqual([vm.run({ until: "local.n == 3" }), vm.depth], [{ reason: "Until" }, 4]);
  // With a breakpoint at the same place.
  vm.breakpoints.add({ offset, hits: 100 });
  vm.start("fac", 6n);
  assert.deepEqual([vm.run({ until: { offset, condition: "local.n == 1" } }), vm.depth], [{ reason: "Until" }, 6]);
  vm.breakpoints.clear();
  const before = vm.time;
  for (const until of ["local.m == 1", "local.n ==", { offset, condition: "stack[0] == 1" }, { offset, condition: "" }]) {
    assert.throws(() => vm.run({ until }), UsageError, JSON.stringify(until));
  }
  assert.deepEqual([vm.time, vm.breakpoints.size], [before, 0]);
});

test("goals and fuel that make no sense are refused", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 2n);
  for (const until of [5, null, Symbol("x"), { place: 1 }, { offset: 3 }, { offset: "1" }, { function: 9 }, { time: -1 }, { depth: 1.5 }]) {
    assert.throws(() => vm.run({ until }), UsageError, String(until));
  }
  for (const fuel of [-1, NaN, "many", Symbol("x"), {}]) assert.throws(() => vm.run({ fuel }), UsageError, String(fuel));
  assert.equal(vm.time, 0n);
});

test("labels and locals of a frame", async () => {
  const { vm } = await summing();
  assert.deepEqual(vm.labels, []);
  vm.start(2, 3);
  vm.run({ until: { function: 1 } });
  assert.deepEqual(vm.locals().map(({ name, value }) => [name, value]), [["i", 0]]);
  assert.deepEqual(vm.locals(1).map(({ value }) => value), [3, 0]);
  assert.throws(() => vm.locals(2), UsageError);
  assert.throws(() => vm.locals("x"), UsageError);
  vm.stepOut();
  assert.deepEqual(vm.labels.map(({ kind }) => kind), vm.frames[0].labels.map(({ kind }) => kind));
  assert.ok(vm.labels.some(({ kind }) => kind === "loop"));
  assert.deepEqual([vm.tables.length, vm.memories.length], [0, 1]);
});

test("calls of imported functions are told, once", async () => {
  const { vm } = await summing();
  const heard = [];
  const stop = vm.on("hostcall", ({ module, name, arguments: args, result, time }) => heard.push([module, name, ...args, result, typeof time]));
  vm.call("main", 2);
  const wanted = [["env", "next", 0, 10, "bigint"], ["env", "next", 1, 20, "bigint"]];
  assert.deepEqual(heard, wanted);
  vm.seek(vm.history.begin.time);
  vm.seek(vm.history.end.time);
  assert.deepEqual(heard, wanted);
  stop();
  vm.call("main", 1);
  assert.deepEqual(heard, wanted);
  const { vm: throwing } = await make(SUMMING, { env: { next: () => { throw new RangeError("no"); } } });
  throwing.on("hostcall", ({ error }) => heard.push(error.message));
  assert.throws(() => throwing.call("main", 1));
  assert.equal(heard.at(-1), "no");
});

test("traps are told, once each", async () => {
  const { vm } = await make(`(module (func (export "f") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0))))`);
  const heard = [];
  const listener = (trap) => heard.push(trap.kind);
  vm.on("trap", listener);
  assert.throws(() => vm.call("f", 0));
  assert.deepEqual(heard, ["IntegerDivideByZero"]);
  vm.stepBack();
  vm.run();
  assert.deepEqual(heard.length, 1);
  assert.throws(() => vm.call("f", 0));
  assert.equal(heard.length, 2);
  assert.deepEqual([vm.off("trap", listener), vm.off("trap", listener)], [true, false]);
});

test("a trap by an imported function is told, also when its promise rejects later", async () => {
  const { vm } = await make(SUMMING, { env: { next: (i) => (i === 0 ? Promise.reject(new Error("late")) : 0) } });
  const heard = [];
  vm.on("trap", ({ kind, cause }) => heard.push([kind, cause.message]));
  vm.start("main", 1);
  assert.equal(vm.run().reason, "AwaitingHost");
  assert.deepEqual(heard, []);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([vm.state, heard], ["Trapped", [["Host", "late"]]]);
  const { vm: at } = await make(SUMMING, { env: { next: () => { throw new Error("now"); } } });
  at.on("trap", ({ kind, cause }) => heard.push([kind, cause.message]));
  assert.throws(() => at.call("main", 1));
  assert.deepEqual(heard.slice(1), [["Host", "now"]]);
});

test("growth of memories and tables is told", async () => {
  const { vm } = await make(`(module (memory 1 4) (table 1 9 funcref)
    (func (export "grow") (drop (memory.grow (i32.const 2))) (drop (table.grow (ref.null func) (i32.const 3)))))`);
  const heard = [];
  vm.on("growth", ({ interpreter, time, ...rest }) => heard.push([interpreter === vm, typeof time, rest]));
  vm.call("grow");
  assert.deepEqual(heard, [
    [true, "bigint", { memory: 0, before: 65536, after: 3 * 65536 }],
    [true, "bigint", { table: 0, before: 1, after: 4 }],
  ]);
});

test("listeners are functions, for events that there are", async () => {
  const { vm } = await summing();
  assert.throws(() => vm.on("nothing", () => {}), UsageError);
  assert.throws(() => vm.on("trap"), UsageError);
  assert.throws(() => vm.off("nothing", () => {}), UsageError);
});
