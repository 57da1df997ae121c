// Breakpoints with conditions, counts and log messages; expressions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { SUMMING, make, summing } from "./support.mjs";

/** `$add` of `SUMMING`: what `$next` gives is on the stack before the addition, and the sum before it is set. */
const ADD = 1;
const BEFORE = { add: 3, set: 4, store: 9 };

async function paused(options) {
  const made = await summing(options);
  const offsets = made.module.instructionOffsets(ADD);
  const at = (name) => ({ function: ADD, offset: offsets[BEFORE[name]] });
  return { ...made, at };
}

/** The locals `i` at which runs stop. */
function stops(vm) {
  const found = [];
  for (let stop = vm.run(); stop.reason === "Breakpoint"; stop = vm.run()) found.push(vm.evaluate("local.i"));
  return found;
}

test("a breakpoint stops where its condition holds", async () => {
  for (const translation of ["folded", "precise"]) {
    for (const [condition, wanted] of [
      ["local.i % 2 == 1", [1, 3, 5]],
      ["stack[0] >= 100", [3, 4, 5]],
      ["global.sum == 30 || i32[4] == 30", [1, 2, 3, 4, 5]],
      ["depth != 2", []],
      ["time > 10 && !(local.i - 4)", [4]],
    ]) {
      const { vm, at } = await paused({ translation });
      const set = vm.breakpoints.add({ ...at("set"), condition });
      assert.deepEqual(set, { ...at("set"), condition, count: 0 });
      vm.start("main", 6);
      const found = stops(vm);
      assert.deepEqual(found, condition.startsWith("global") ? wanted.slice(1) : wanted, condition);
      assert.equal([...vm.breakpoints][0].count, found.length);
      assert.equal(vm.results[0].value, 210);
    }
  }
});

test("a breakpoint waits for arrivals", async () => {
  const { vm, at } = await paused();
  vm.breakpoints.add({ ...at("store"), hits: 4 });
  vm.breakpoints.add({ function: ADD, condition: "local.i > 0", hits: 2 });
  vm.start("main", 6);
  assert.deepEqual(stops(vm), [2, 3, 3, 4, 4, 5, 5]);
  assert.deepEqual([...vm.breakpoints].map(({ hits, count }) => [hits, count]), [[2, 5], [4, 6]]);
  for (const hits of [-1, 1.5, NaN, "2", 2n, Infinity]) assert.throws(() => vm.breakpoints.add({ ...at("store"), hits }), UsageError);
});

test("messages are told in order with calls of imported functions, however the machine is run", async () => {
  const expected = [];
  for (let i = 0; i < 3; i += 1) expected.push(`next ${i}`, `got ${i}: 0x${((i + 1) * 10).toString(16)} {}`);
  const runs = {
    call: (vm) => vm.call("main", 3),
    callAsync: (vm) => vm.callAsync("main", 3),
    run: (vm) => vm.run(),
    runAsync: (vm) => vm.runAsync(),
    slices: (vm) => {
      while (vm.run({ fuel: 1 }).reason === "OutOfFuel");
    },
    "until a time": (vm) => vm.run({ until: { time: 1000 } }),
  };
  for (const [name, run] of Object.entries(runs)) {
    const heard = [];
    const { vm, module } = await make(
      SUMMING,
      { env: { next: (i) => (heard.push(`next ${i}`), (i + 1) * 10) } },
    );
    const offset = module.instructionOffsets(ADD)[BEFORE.add];
    vm.breakpoints.add({ offset, log: "got {local.i}: {stack[0]:x} {{}}" });
    vm.on("output", ({ text, ...where }) => {
      heard.push(text);
      assert.deepEqual(where, { function: ADD, offset, time: vm.time, interpreter: vm });
      assert.equal(vm.state, "Paused");
      assert.equal(vm.frames[0].offset, offset);
    });
    if (!name.startsWith("call")) vm.start("main", 3);
    await run(vm);
    assert.equal(vm.state, "Finished", name);
    assert.equal(vm.results[0].value, 60, name);
    assert.deepEqual(heard, expected, name);
    assert.equal([...vm.breakpoints][0].count, 3, name);
  }
});

test("what is run again in the past is told again, and ways through the past tell nothing", async () => {
  const { vm, at } = await paused();
  const heard = [];
  vm.call("main", 4);
  // A message can be asked for behind the event.
  vm.breakpoints.add({ ...at("set"), log: "{stack[0]}" });
  vm.on("output", ({ text }) => heard.push(text));
  vm.reverseContinue();
  vm.seek(vm.history.end.time);
  vm.seek(vm.history.begin.time);
  assert.deepEqual(heard, []);
  vm.run();
  assert.deepEqual(heard, ["10", "30", "60", "100"]);
});

test("who hears a message can stop the run", async () => {
  const { vm, at } = await paused();
  vm.breakpoints.add({ ...at("set"), log: "{local.i}" });
  vm.on("output", ({ text }) => text === "2" && vm.pause());
  vm.start("main", 5);
  assert.deepEqual(vm.run(), { reason: "Paused" });
  assert.equal(vm.evaluate("local.i"), 2);
  assert.equal(vm.run().reason, "Finished");
});

test("the way back stops where conditions held, whatever is counted or logged", async () => {
  const { vm, at } = await paused();
  vm.call("main", 20);
  vm.breakpoints.add({ ...at("set"), condition: "local.i % 8 == 3", hits: 100 });
  vm.breakpoints.add({ ...at("store"), log: "no" });
  const found = [];
  while (vm.reverseContinue().reason === "Breakpoint") found.push(vm.evaluate("local.i"));
  assert.deepEqual(found, [19, 11, 3]);
});

test("a condition that cannot be evaluated stops and says why", async () => {
  const { vm, at } = await paused();
  vm.breakpoints.add({ ...at("set"), condition: "10 / (local.i - 1) > 100" });
  vm.start("main", 3);
  assert.deepEqual(vm.run(), { reason: "Breakpoint", ...at("set"), error: "condition, column 4: division by zero" });
  assert.equal(vm.run().reason, "Finished");
});

test("a run to an instruction comes there past what is set there", async () => {
  const { vm, at } = await paused();
  const heard = [];
  vm.on("output", ({ text }) => heard.push(text));
  for (const options of [{ condition: "false" }, { hits: 9 }, { log: "{local.i}" }]) {
    const { offset } = vm.breakpoints.add({ ...at("set"), ...options });
    vm.start("main", 3);
    assert.deepEqual(vm.run({ until: { offset } }), { reason: "Until" });
    assert.equal(vm.frames[0].offset, offset);
    assert.equal(vm.breakpoints.size, 1);
  }
  assert.deepEqual(heard, ["0"]);
  vm.breakpoints.clear();
  vm.start("main", 5);
  vm.run({ until: { function: ADD } });
  assert.equal(vm.run({ until: "global.sum > 60" }).reason, "Until");
  assert.equal(vm.evaluate("global.sum"), 90);
});

test("expressions have values of JavaScript's", async () => {
  const { vm } = await make(`(module (memory 1) (data (i32.const 8) "\\ff\\ff\\ff\\ff\\ff\\ff\\ff\\7f")
    (global $ref (mut funcref) (ref.func $f)) (global $any externref (ref.null extern))
    (func $f (export "f") (param $i i32) (param $j i64) (param $x f32) (param $y f64) (local $v v128)
      (i32.add (local.get 0) (i32.const 1)) drop))`);
  assert.equal(vm.evaluate("memory[8] + 1"), 256);
  vm.start("f", -1, 5n, 0.1, 0.1);
  vm.step();
  for (const [expression, value] of [
    ["local.i", -1],
    ["local.j", 5n],
    ["local.j + 1", 6n],
    ["u32(local.i)", 0xffff_ffff],
    ["u64(local.i)", 0xffff_ffff_ffff_ffffn],
    ["local.i * 0x20000000000000", -0x20_0000_0000_0000n],
    ["i64[8]", 0x7fff_ffff_ffff_ffffn],
    ["local.x", Math.fround(0.1)],
    ["local.y", 0.1],
    ["0.0 / 0", NaN],
    ["-1.0 / 0", -Infinity],
    ["local.i < 0", true],
    ["local.v", 0n],
    ["time", 1n],
    ["depth", 1],
    ["stack[0]", -1],
    ["null", null],
    ["global.any", null],
    ["global.any == null", true],
  ]) {
    assert.equal(vm.evaluate(expression), value, expression);
  }
  assert.equal(vm.evaluate("global.ref").name, "f");
});

test("mistakes are told when they are made, and change nothing", async () => {
  const { vm, at } = await paused();
  const set = vm.breakpoints.add({ ...at("set"), condition: "local.i == 1", log: "one" });
  for (const [what, words] of [
    [{ ...at("set"), condition: "local.j == 1" }, /^condition, column 1: no local has the name "j"$/],
    [{ ...at("set"), condition: "local.i = 1" }, /^condition, column 9: .*`==` compares/],
    [{ ...at("set"), condition: 5 }, /condition is a string/],
    [{ ...at("set"), condition: "" }, /^condition, column 1: /],
    [{ ...at("set"), log: "{local.i" }, /^log, column 9: `}` is missing/],
    [{ ...at("set"), log: () => "" }, /log is a string/],
    [{ ...at("set"), when: "true" }, /no field when/],
    [{ offset: at("set").offset, function: 2 }, /is no instruction of function 2/],
    [{ function: 0 }, /no defined function 0/],
    [{ function: 99 }, /no defined function 99/],
    [{ function: "add" }, /is no number of a function/],
    [{ offset: 1 }, /no instruction/],
    [{ offset: "1" }, /is no number/],
    [{}, /an offset or a function/],
    [5, /an object/],
    [undefined, /an object/],
  ]) {
    assert.throws(() => vm.breakpoints.add(what), (error) => error instanceof UsageError && words.test(error.message), String(words));
    assert.deepEqual([...vm.breakpoints], [set]);
  }
  for (const expression of ["", "local[0]", "stack[0]", "memory[65536]", "1 / 0", 5, undefined]) {
    assert.throws(() => vm.evaluate(expression), UsageError, String(expression));
  }
  assert.throws(() => vm.evaluate("1", 3), UsageError);
  assert.throws(() => vm.evaluate("1", -1), UsageError);
  assert.throws(() => vm.breakpoints.remove({}), UsageError);
  assert.deepEqual([vm.breakpoints.remove(set), vm.breakpoints.remove(set.offset), vm.breakpoints.size], [true, false, 0]);
  // What is listed can be set again.
  assert.deepEqual(vm.breakpoints.add(set), set);
});
