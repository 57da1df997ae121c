// Host calls are replayed, not repeated.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { SUMMING, course, make, summing } from "./support.mjs";

test("imported functions are not called again in the past, whichever way leads forward", async () => {
  const { vm, calls } = await summing();
  assert.equal(vm.call("main", 5), 150);
  const end = vm.stateHash;
  for (const forward of [
    () => vm.run(),
    () => course(vm),
    () => vm.seek(vm.history.end),
    () => {
      vm.seek(vm.history.begin);
      vm.call("main", 5);
    },
    () => {
      while (vm.state === "Paused") vm.stepOver();
    },
    () => {
      while (vm.state === "Paused") vm.stepOut();
    },
    () => {
      while (vm.state === "Paused") vm.run({ fuel: 3 });
    },
  ]) {
    vm.seek(0);
    forward();
    assert.equal(vm.stateHash, end, forward.toString());
    assert.equal(vm.inPast, false);
  }
  assert.equal(vm.takeBranch(), null);
  assert.deepEqual(calls, [0, 1, 2, 3, 4]);
});

test("going back from inside of an imported function is refused", async () => {
  const refused = [];
  const { vm } = await make(SUMMING, {
    env: {
      next() {
        for (const back of [() => this.stepBack(), () => this.seek(0), () => this.reverseContinue(), () => this.stepBackOut()]) {
          try {
            back();
          } catch (error) {
            refused.push(error);
          }
        }
        return 1;
      },
    },
  });
  assert.equal(vm.call("main", 2), 2);
  assert.equal(refused.length, 8);
  for (const error of refused) {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /while an imported function runs/);
  }
});

test("traps and what was thrown are there again", async () => {
  const errors = [new Error("first"), new Error("second")];
  let count = 0;
  const { vm } = await make(`(module (import "e" "f" (func $f)) (func (export "g") nop (call $f)))`, {
    e: {
      f() {
        throw errors[count++];
      },
    },
  });
  for (const error of errors) assert.throws(() => vm.call("g"), (trap) => trap.cause === error);
  const second = vm.moment;
  assert.equal(second.trapped, true);
  assert.deepEqual(vm.stepBack(), { reason: "Step" });
  assert.equal(vm.state, "Paused");
  assert.equal(vm.trap, null);
  // The first call's end is before the second one's beginning, at the same time.
  const first = vm.journal.findIndex((entry) => entry.action === "Fail") + 1;
  assert.deepEqual(vm.seek({ time: 2n, actions: first, trapped: true }), { reason: "Trapped" });
  assert.equal(vm.trap.cause, errors[0]);
  assert.deepEqual(vm.seek(second), { reason: "Trapped" });
  assert.equal(vm.trap.cause, errors[1]);
  assert.equal(count, 2);
});

test("the start function belongs to the record", async () => {
  const { vm } = await make(
    `(module (import "e" "f" (func $f)) (global $g (mut i32) (i32.const 0))
      (func $begin (global.set $g (i32.const 5)) (call $f)) (start $begin) (func (export "main") nop))`,
    { e: { f: () => {} } },
  );
  vm.call("main");
  assert.deepEqual(vm.journal.map((entry) => entry.action), ["Start", "Answer", "Reset", "Start"]);
  vm.seek(0);
  assert.equal(vm.globals[0].value, 0);
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.inPast, true);
  assert.equal(vm.call("main"), undefined);
  assert.equal(vm.inPast, false);
});

test("calls of the guest from inside an imported function are replayed too", async () => {
  let calls = 0;
  const { vm } = await make(
    `(module (import "e" "f" (func $f (param i32) (result i32)))
      (func (export "main") (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1)))
      (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))`,
    {
      e: {
        f(n) {
          calls += 1;
          return this.call("double", n) + this.call("double", 1);
        },
      },
    },
  );
  vm.start("main", 20);
  const hashes = [vm.stateHash];
  while (vm.state === "Paused") {
    vm.step();
    hashes.push(vm.stateHash);
  }
  assert.equal(vm.results[0].value, 43);
  vm.seek(0);
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.results[0].value, 43);
  assert.equal(vm.stateHash, hashes.at(-1));
  // A step back goes into the nested calls, whose instructions are instructions too.
  const depths = [];
  while (vm.stepBack().reason === "Step") depths.push(vm.depth);
  assert.ok(Math.max(...depths) >= 3);
  assert.equal(vm.stateHash, hashes[0]);
  assert.equal(calls, 1);
});

test("a promise that settles while the machine is in its past answers once it is back", async () => {
  let calls = 0;
  let settle;
  const { vm } = await make(`(module (import "e" "f" (func $f (result i32))) (func (export "g") (result i32) nop (call $f)))`, {
    e: {
      f() {
        calls += 1;
        return new Promise((resolve) => {
          settle = resolve;
        });
      },
    },
  });
  vm.start("g");
  assert.deepEqual(vm.run(), { reason: "AwaitingHost" });
  vm.stepBack();
  assert.equal(vm.state, "Paused");
  assert.deepEqual(vm.run(), { reason: "AwaitingHost" });
  assert.equal(calls, 1);
  vm.seek(0);
  settle(42);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(vm.time, 0n);
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.results[0].value, 42);

  // On another branch the promise answers nothing any more.
  vm.start("g");
  vm.run();
  const stale = settle;
  vm.stepBack();
  vm.branch();
  assert.deepEqual(vm.run(), { reason: "AwaitingHost" });
  assert.equal(calls, 3);
  stale(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(vm.state, "AwaitingHost");
  settle(2);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.results[0].value, 2);
});

test("a moment inside of a host call can be gone on from: along the record, or by calling again", async () => {
  const moments = [];
  const { vm } = await make(`(module (import "e" "f" (func $f (result i32))) (func (export "g") (result i32) nop (call $f)))`, {
    e: {
      f() {
        moments.push(this.moment);
        return moments.length;
      },
    },
  });
  assert.equal(vm.call("g"), 1);
  assert.deepEqual(vm.seek(moments[0]), { reason: "AwaitingHost" });
  assert.deepEqual(vm.step(), { reason: "Step" });
  assert.equal(vm.stack[0].value, 1);
  vm.seek(moments[0]);
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.results[0].value, 1);
  vm.seek(moments[0]);
  vm.branch();
  assert.equal(vm.run().reason, "Finished");
  assert.equal(vm.results[0].value, 2);
});
