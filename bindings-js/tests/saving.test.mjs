// Snapshots, recordings and watchpoints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter, Module, UsageError } from "../pkg/index.js";
import { FACTORIAL, SUMMING, make, readFile, summing } from "./support.mjs";

const HOLDING = `(module
  (import "env" "wait" (func $wait (param externref) (result externref)))
  (global $held (export "held") (mut externref) (ref.null extern))
  (func (export "main") (param externref) (result externref)
    (global.set $held (local.get 0))
    (call $wait (local.get 0))))`;

test("a snapshot goes on in another interpreter", async () => {
  const { vm, module } = await summing();
  vm.start("main", 9);
  for (let step = 0; step < 40; step += 1) vm.step();
  const bytes = vm.snapshot();
  const calls = [];
  const imports = { env: { next: (i) => (calls.push(i), i * 10) } };
  const other = Interpreter.restore(module, bytes, imports);
  assert.equal(other.stateHash, vm.stateHash);
  assert.equal(other.time, vm.time);
  vm.run();
  other.run();
  assert.equal(other.state, "Finished");
  assert.equal(other.time, vm.time);
  assert.ok(calls.length > 0);
  // It has a record of its own.
  assert.equal(other.seek(other.history.begin).reason, "Step");
  assert.equal(other.time, 40n);
});

test("a snapshot may be made while a promise is awaited, and values are handed back", async () => {
  const { vm, module } = await make(HOLDING, { env: { wait: () => new Promise(() => {}) } });
  const held = { name: "held" };
  vm.start("main", held);
  assert.equal(vm.run().reason, "AwaitingHost");
  assert.deepEqual(vm.heldValues, [{ number: 0, value: held }]);
  const other = { name: "other" };
  let given;
  const imports = { env: { wait: (value) => ((given = value), value) } };
  const restored = Interpreter.restore(module, vm.snapshot(), imports, { value: (number) => (number === 0 ? other : null) });
  assert.equal(restored.state, "AwaitingHost");
  assert.equal(restored.globals[0].value, other);
  restored.run();
  assert.equal(given, other);
  assert.equal(restored.results[0].value, other);
});

test("broken snapshots are refused in words", async () => {
  const { vm, module } = await summing();
  const bytes = vm.snapshot();
  const flipped = bytes.slice();
  flipped[flipped.length - 1] ^= 4;
  const { module: factorial } = await make(`(module (func (export "f")))`);
  const imports = { env: { next: () => 0 } };
  for (const [of, wrong, words] of [
    [module, bytes.slice(0, -3), /truncated/],
    [module, flipped, /damaged/],
    [module, new Uint8Array([1, 2, 3]), /not a snapshot/],
    [factorial, bytes, /module/],
    [module, "text", /Uint8Array/],
  ]) {
    assert.throws(() => Interpreter.restore(of, wrong, imports), (error) => error instanceof UsageError && words.test(error.message), String(words));
  }
});

test("a recording is gone through elsewhere, and verified", async () => {
  const { vm } = await summing();
  vm.start("main", 7);
  vm.run();
  const bytes = vm.recording();
  assert.equal(vm.state, "Finished");
  assert.ok(bytes.length < 2000, `${bytes.length} bytes`);
  const opened = await Interpreter.fromRecording(bytes);
  assert.equal(opened.time, 0n);
  const verified = opened.verify();
  assert.equal(verified.instructions, vm.time);
  assert.equal(opened.stateHash, vm.stateHash);
  opened.seek(20);
  assert.equal(opened.run().reason, "Finished");
  assert.equal(opened.stateHash, vm.stateHash);
  assert.equal(opened.module.exports.length, vm.module.exports.length);
  await assert.rejects(Interpreter.fromRecording(bytes.slice(0, 50)), /truncated/);
  await assert.rejects(Interpreter.fromRecording(new Uint8Array(100)), UsageError);
});

test("watchpoints stop behind an access, forward and in reverse", async () => {
  const { vm } = await summing();
  const sum = vm.watchpoints.add({ global: 0, on: "change" });
  const bytes = vm.watchpoints.add({ address: 8, length: 4 });
  assert.equal(vm.watchpoints.size, 2);
  vm.start("main", 4);
  const seen = [];
  for (let stop = vm.run(); stop.reason === "Watchpoint"; stop = vm.run()) {
    for (const { watchpoint, old, new: now } of stop.hits) {
      seen.push([watchpoint.id, old.value ?? old.bytes[0], now.value ?? now.bytes[0], vm.time]);
    }
  }
  assert.equal(vm.state, "Finished");
  assert.ok(seen.some(([id]) => id === sum.id) && seen.some(([id]) => id === bytes.id));
  const back = [];
  for (let stop = vm.reverseContinue(); stop.reason === "Watchpoint"; stop = vm.reverseContinue()) {
    for (const { watchpoint, old, new: now } of stop.hits) {
      back.unshift([watchpoint.id, old.value ?? old.bytes[0], now.value ?? now.bytes[0], vm.time]);
    }
  }
  assert.deepEqual(back, seen);
  assert.equal(vm.watchpoints.remove(sum), true);
  assert.equal(vm.watchpoints.remove(sum.id), false);
  vm.watchpoints.clear();
  assert.deepEqual([...vm.watchpoints], []);
  assert.equal(vm.run().reason, "Finished");
  for (const wrong of [{}, null, { global: 7 }, { address: -1 }, { table: 3, entry: 0 }, { function: 1, local: 99 }, { global: 0, on: "x" }]) {
    assert.throws(() => vm.watchpoints.add(wrong), UsageError, JSON.stringify(wrong));
  }
});

test("what takes the machine through its past is refused inside of an imported function", async () => {
  const errors = [];
  const imports = {
    env: {
      next() {
        for (const act of ["recording", "verify", "stepBack"]) {
          try {
            this[act]();
          } catch (error) {
            errors.push(error);
          }
        }
        return 1;
      },
    },
  };
  const vm = new Interpreter(await Module.fromWat(SUMMING), imports);
  vm.call("main", 1);
  assert.equal(errors.length, 3);
  assert.ok(errors.every((error) => error instanceof UsageError));
});

/** Made by the native command `flight debug`, of the factorial of 5: after 20 instructions, and of the whole call. */
const made = (name) => readFile(new URL(`made/natively.${name}`, import.meta.url));

test("what was made natively goes on here", async () => {
  const { module, vm } = await make(FACTORIAL);
  vm.start("fac", 5n);
  vm.run({ fuel: 20 });
  const restored = Interpreter.restore(module, await made("snapshot"));
  assert.equal(restored.stateHash, vm.stateHash);
  restored.run();
  assert.equal(restored.results[0].value, 120n);
  const opened = await Interpreter.fromRecording(await made("flight"));
  assert.equal(opened.verify().instructions, 61n);
  assert.equal(opened.state, "Finished");
});
