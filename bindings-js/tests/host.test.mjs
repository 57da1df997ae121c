// Imports, host calls, traps, values across the boundary.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkError, Trap, UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

test("values cross the boundary by the rules of the JavaScript interface", async () => {
  const seen = [];
  const types = ["i32", "i64", "f32", "f64", "externref"];
  const functions = types.map((type) => `(func (export "${type}") (param ${type}) (result ${type}) (call $${type} (local.get 0)))`);
  const imports = types.map((type) => `(import "env" "${type}" (func $${type} (param ${type}) (result ${type})))`);
  const echo = (value) => {
    seen.push(value);
    return value;
  };
  const { vm } = await make(`(module ${imports.join("")} ${functions.join("")})`, {
    env: Object.fromEntries(types.map((type) => [type, echo])),
  });
  const object = { any: "thing" };
  for (const [type, given, wanted] of [
    ["i32", 5, 5],
    ["i32", -1, -1],
    ["i32", 2 ** 32 + 7, 7],
    ["i32", 4294967295, -1],
    ["i32", "12", 12],
    ["i32", undefined, 0],
    ["i32", true, 1],
    ["i64", 5n, 5n],
    ["i64", 2n ** 64n - 1n, -1n],
    ["i64", -(2n ** 63n), -(2n ** 63n)],
    ["i64", "77", 77n],
    ["f32", 0.1, Math.fround(0.1)],
    ["f64", 0.1, 0.1],
    ["f64", Number.NaN, Number.NaN],
    ["f64", -0, -0],
    ["f64", Infinity, Infinity],
    ["externref", object, object],
    ["externref", "text", "text"],
    ["externref", undefined, undefined],
    ["externref", null, null],
  ]) {
    seen.length = 0;
    const result = vm.call(type, given);
    assert.ok(Object.is(result, wanted), `${type} ${String(given)} gave ${String(result)}`);
    assert.ok(Object.is(seen[0], wanted), `${type} ${String(given)} reached the import as ${String(seen[0])}`);
  }
});

test("several results are an array, in and out", async () => {
  const { vm } = await make(
    `(module (import "env" "pair" (func $pair (param i32) (result i32 i64)))
      (func (export "pair") (param i32) (result i32 i64) (call $pair (local.get 0))))`,
    { env: { pair: (n) => new Set([n + 1, 9n]) } },
  );
  assert.deepEqual(vm.call("pair", 1), [2, 9n]);
});

test("missing and wrong imports are all named at once", async () => {
  const text = `(module (import "env" "f" (func (param i32))) (import "env" "m" (memory 2)) (import "b" "g" (global i64)))`;
  await assert.rejects(make(text, { env: { m: { kind: "memory", minimum: 1 } } }), (error) => {
    assert.ok(error instanceof LinkError);
    assert.deepEqual(error.problems, [
      { module: "env", name: "f", expected: "func [i32] -> []", found: null },
      { module: "env", name: "m", expected: "memory 2", found: "memory 1" },
      { module: "b", name: "g", expected: "global i64", found: null },
    ]);
    for (const word of ["env", "f", "func [i32] -> []", "memory 2"]) assert.ok(error.message.includes(word));
    return true;
  });
  await assert.rejects(make(text, { env: { f: 5, m: { kind: "memory" } }, b: { g: () => 1 } }), LinkError);
});

test("memories, tables and globals can be given", async () => {
  const { vm } = await make(
    `(module (import "e" "m" (memory 1)) (import "e" "t" (table 2 funcref)) (import "e" "g" (global $g (mut i64)))
      (import "e" "h" (global i32)) (func (export "g") (result i64) (global.get $g)))`,
    { e: { m: { kind: "memory", minimum: 3 }, t: { kind: "table" }, g: { kind: "global", value: 5n }, h: 3 } },
  );
  assert.equal(vm.call("g"), 5n);
  assert.equal(vm.memory().size, 3 * 65536);
});

test("a JavaScript exception becomes a trap that carries it", async () => {
  const thrown = new RangeError("out of paper");
  const { vm } = await make(
    `(module (import "env" "print" (func $print)) (func $main (export "main") (call $print)))`,
    { env: { print: () => { throw thrown; } } },
  );
  assert.throws(() => vm.call("main"), (error) => {
    assert.ok(error instanceof Trap && error instanceof Error);
    assert.equal(error.kind, "Host");
    assert.equal(error.cause, thrown);
    assert.match(error.message, /out of paper/);
    return true;
  });
  assert.equal(vm.state, "Trapped");
  assert.equal(vm.trap.cause, thrown);
  assert.deepEqual(vm.trap.frames.map((frame) => frame.name), ["env.print", "main"]);
});

test("traps say what, where and with which operands", async () => {
  const { vm, module } = await make(`(module (memory 1)
    (func $divide (export "divide") (param $a i32) (param $b i32) (result i32) (i32.div_s (local.get $a) (local.get $b)))
    (func (export "load") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
    (func $deep (export "deep") (call $deep)))`);
  assert.throws(() => vm.call("divide", 5, 0), (error) => {
    assert.equal(error.kind, "IntegerDivideByZero");
    assert.equal(error.info.message, "integer divide by zero");
    assert.equal(error.info.explanation, "5 was to be divided by 0");
    assert.equal(error.info.instruction, "i32.div_s");
    assert.deepEqual(error.info.operands.map((operand) => operand.value), [5, 0]);
    assert.deepEqual(error.info.frames[0].locals.map((local) => [local.name, local.value]), [["a", 5], ["b", 0]]);
    assert.equal(error.info.offset, module.instructionOffsets(0)[2]);
    return true;
  });
  assert.throws(() => vm.call("load", 65536), (error) => {
    assert.equal(error.info.explanation, "address 65536 + offset 4 + 4 bytes is past the end of memory 0, 65536 bytes");
    return true;
  });
  assert.throws(() => vm.call("deep"), (error) => {
    assert.equal(error.kind, "CallStackExhausted");
    assert.equal(error.info.depth, 100_000);
    assert.equal(error.info.frames.length, 100);
    return true;
  });
  assert.equal(vm.call("divide", 6, 3), 2);
});

test("an imported function may look into the machine and call the guest again", async () => {
  const views = [];
  const { vm } = await make(
    `(module (import "env" "ask" (func $ask (param i32) (result i32)))
      (func (export "twice") (param i32) (result i32) (i32.mul (i32.const 2) (local.get 0)))
      (func $main (export "main") (result i32) (i32.add (i32.const 1) (call $ask (i32.const 20)))))`,
    {
      env: {
        ask(n) {
          views.push([this.state, this.frames.map((frame) => frame.name), this.frames[1].operands.map((o) => o.value)]);
          const answer = this.call("twice", n);
          views.push(this.state);
          return answer;
        },
      },
    },
  );
  assert.equal(vm.call("main"), 41);
  assert.deepEqual(views, [["AwaitingHost", ["env.ask", "main"], [1]], "AwaitingHost"]);
  vm.start("main");
  vm.step();
  vm.step();
  assert.deepEqual(vm.step(), { reason: "Step" });
  assert.deepEqual(vm.stack.map((operand) => operand.value), [1, 40]);
});

test("promises: callAsync awaits them, call names them, stepping waits for them", async () => {
  const { vm } = await make(
    `(module (import "net" "get" (func $get (param i32) (result i32)))
      (func (export "main") (result i32) (i32.add (i32.const 1) (call $get (i32.const 1)))))`,
    { net: { get: async (n) => n + 40 } },
  );
  assert.equal(await vm.callAsync("main"), 42);
  assert.throws(() => vm.call("main"), (error) => error instanceof UsageError && error.message.includes("net.get"));
  assert.equal(vm.state, "Idle");
  vm.start("main");
  assert.deepEqual(vm.run(), { reason: "AwaitingHost" });
  assert.equal(vm.state, "AwaitingHost");
  assert.equal(vm.frames[0].name, "net.get");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(vm.state, "Paused");
  assert.deepEqual(vm.run(), { reason: "Finished" });
  assert.equal(vm.results[0].value, 42);
});

test("a rejected promise is a trap", async () => {
  const { vm } = await make(
    `(module (import "net" "get" (func $get)) (func (export "main") (call $get)))`,
    { net: { get: () => Promise.reject(new Error("offline")) } },
  );
  await assert.rejects(vm.callAsync("main"), (error) => error instanceof Trap && error.cause.message === "offline");
});

test("pause() stops a run after the call that is being answered", async () => {
  const { vm } = await make(
    `(module (import "env" "tick" (func $tick)) (func (export "main") (loop (call $tick) (br 0))))`,
    { env: { tick() { this.pause(); } } },
  );
  vm.start("main");
  assert.deepEqual(vm.run(), { reason: "Paused" });
  assert.equal(vm.frames[0].instruction, "br 0");
});

test("the start function runs, or waits to be stepped", async () => {
  const text = `(module (global $g (mut i32) (i32.const 0)) (func $init (global.set $g (i32.const 3))) (start $init))`;
  assert.equal((await make(text)).vm.globals[0].value, 3);
  const { vm } = await make(text, {}, { pauseAtStart: true });
  assert.equal(vm.state, "Paused");
  assert.equal(vm.globals[0].value, 0);
  assert.deepEqual(vm.run(), { reason: "Finished" });
  assert.equal(vm.globals[0].value, 3);
});

test("budgets are obeyed", async () => {
  await assert.rejects(make(`(module (memory 2))`, {}, { memoryBudget: 65536 }), LinkError);
  const { vm } = await make(`(module (memory 1) (func $f (export "deep") (call $f))
    (func (export "grow") (result i32) (memory.grow (i32.const 1))))`, {}, { memoryBudget: 65536, callDepth: 10 });
  assert.equal(vm.call("grow"), -1);
  assert.throws(() => vm.call("deep"), (error) => error.info.depth === 10);
});

test("functions cross as callables that keep their identity", async () => {
  const { vm } = await make(`(module (table $t 1 funcref) (func $f (export "f") (result i32) (i32.const 11)) (elem declare func $f)
    (func (export "get") (result funcref) (ref.func $f))
    (func (export "call") (param funcref) (result i32) (table.set 0 (i32.const 0) (local.get 0)) (call_indirect (result i32) (i32.const 0))))`);
  const reference = vm.call("get");
  assert.equal(reference, vm.exports.f);
  assert.equal(reference, vm.call("get"));
  assert.deepEqual([reference.name, reference.length, reference()], ["0", 0, 11]);
  assert.equal(vm.call("call", reference), 11);
  assert.throws(() => vm.call("call", null), (error) => error.kind === "UninitializedElement");
  assert.throws(() => vm.call("call", { address: 999 }), UsageError);
  assert.throws(() => vm.call("call", 5), UsageError);
  assert.throws(() => vm.call("call", () => 5), UsageError);
});
