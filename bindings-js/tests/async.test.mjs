// Calls and runs that give the event loop turns: promises, AbortSignal, responsiveness.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

const LOOP = `(module (import "env" "wait" (func $wait (result i32)))
  (global $n (mut i32) (i32.const 0))
  (func $forever (export "forever") (loop $l (global.set $n (i32.add (global.get $n) (i32.const 1))) (br $l)))
  (func (export "wait") (result i32) (call $wait))
  (func (export "sum") (result i32) (i32.add (call $wait) (call $wait)))
  (func (export "one") (result i32) (i32.const 1)))`;

const later = (value, ms = 5) => new Promise((resolve) => setTimeout(() => resolve(value), ms));

test("a loop that never ends is stopped by a signal, and stays where it is", async () => {
  const { vm } = await make(LOOP, { env: { wait: () => 0 } });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 30);
  await assert.rejects(vm.callAsync({ function: "forever", signal: stop.signal }), /enough/);
  assert.equal(vm.state, "Paused");
  assert.equal(vm.frames[0].name, "forever");
  assert.ok(vm.time > 10_000n);
  assert.equal(vm.run({ fuel: 5 }).reason, "OutOfFuel");
  // Another call drops it.
  assert.equal(vm.call("one"), 1);
  await assert.rejects(vm.callAsync({ function: "one", signal: AbortSignal.abort() }), (error) => error.name === "AbortError");
});

test("the event loop turns while a call runs", async () => {
  const { vm } = await make(LOOP, { env: { wait: () => 0 } }, { history: false });
  const stop = new AbortController();
  let turns = 0;
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    turns += 1;
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (turns === 20) stop.abort();
  }, 1);
  await assert.rejects(vm.callAsync({ function: "forever", signal: stop.signal }));
  clearInterval(timer);
  assert.equal(turns, 20);
  assert.ok(longest < 500, `a turn took ${longest} ms`);
});

test("a promise that is waited for does not keep a call from being stopped", async () => {
  const { vm } = await make(LOOP, { env: { wait: () => new Promise(() => {}) } });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  await assert.rejects(vm.callAsync({ function: "wait", signal: stop.signal }), (error) => error.name === "AbortError");
  assert.equal(vm.state, "AwaitingHost");
  assert.equal(vm.call("one"), 1);
});

test("a run in slices stops where a run does, and waits for promises", async () => {
  let n = 0;
  const { vm } = await make(LOOP, { env: { wait: () => later(++n) } });
  vm.start("sum");
  assert.deepEqual(await vm.runAsync(), { reason: "Finished" });
  assert.equal(vm.results[0].value, 3);
  vm.start("forever");
  const begin = vm.time;
  assert.deepEqual(await vm.runAsync({ fuel: 3_000_000n }), { reason: "OutOfFuel" });
  assert.equal(vm.time - begin, 3_000_000n);
  const { offset } = vm.framesFrom(0, 1)[0];
  assert.deepEqual(await vm.runAsync({ until: { offset } }), { reason: "Until" });
  vm.breakpoints.add({ offset });
  assert.equal((await vm.runAsync()).reason, "Breakpoint");
  vm.breakpoints.clear();
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 10);
  await assert.rejects(vm.runAsync({ signal: stop.signal }), (error) => error.name === "AbortError");
  assert.equal(vm.state, "Paused");
});

test("while a promise is waited for the machine can be looked at and copied", async () => {
  let settle;
  const { vm, module } = await make(LOOP, { env: { wait: () => new Promise((resolve) => (settle = resolve)) } });
  const { Interpreter } = await import("../pkg/index.js");
  const call = vm.callAsync("wait");
  await later(0, 1);
  assert.equal(vm.state, "AwaitingHost");
  assert.equal(vm.frames[0].host, true);
  assert.equal(vm.frames[1].instruction, "call 0");
  const copy = Interpreter.restore(module, vm.snapshot(), { env: { wait: () => 5 } });
  assert.equal(copy.state, "AwaitingHost");
  assert.deepEqual([copy.run().reason, copy.results[0].value], ["Finished", 5]);
  settle(8);
  assert.equal(await call, 8);
});

test("a call that another one drops says so", async () => {
  const { vm } = await make(LOOP, { env: { wait: () => later(1) } });
  const dropped = assert.rejects(vm.callAsync("forever"), (error) => error instanceof UsageError && /another one has begun/.test(error.message));
  await later(0, 5);
  const second = vm.callAsync("sum");
  await dropped;
  assert.equal(await second, 2);
});
