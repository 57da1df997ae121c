// Going back in time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { FACTORIAL, course, make, summing } from "./support.mjs";

test("a step back undoes a step, all the way to the beginning", async () => {
  const { vm, calls } = await summing();
  vm.start("main", 4);
  const hashes = course(vm);
  assert.equal(vm.state, "Finished");
  const there = [hashes.pop()];
  while (hashes.length > 0) {
    assert.deepEqual(vm.stepBack(), { reason: "Step" });
    assert.equal(vm.stateHash, hashes.at(-1), `at time ${vm.time}`);
    there.unshift(hashes.pop());
    assert.equal(vm.inPast, true);
  }
  assert.deepEqual(vm.stepBack(), { reason: "Beginning" });
  assert.equal(vm.time, 0n);
  assert.deepEqual(course(vm), there);
  assert.equal(vm.inPast, false);
  assert.deepEqual(calls, [0, 1, 2, 3]);
});

test("seek goes to any time of the record, and says what it found there", async () => {
  const { vm } = await summing();
  vm.start("main", 6);
  const hashes = course(vm);
  const last = Number(vm.time);
  for (const time of [0, last, 17, 3, 40, last - 1, 1]) {
    assert.deepEqual(vm.seek(time), { reason: time === last ? "Finished" : "Step" });
    assert.equal(vm.time, BigInt(time));
    assert.equal(vm.stateHash, hashes[time], `at time ${time}`);
  }
  vm.seek(BigInt(last));
  assert.equal(vm.inPast, false);
  for (const wrong of [last + 1, -1, 1.5, "x", null, undefined, 2n ** 64n, { time: 1 }, { time: 1, actions: -1 }]) {
    assert.throws(() => vm.seek(wrong), UsageError, String(wrong));
  }
  assert.equal(vm.time, BigInt(last));
  const { moment, history } = vm;
  assert.deepEqual(history.end, moment);
  assert.deepEqual(history.begin, { time: 0n, actions: 0, trapped: false });
  assert.equal(history.budget, 256 * 1024 * 1024);
  assert.ok(history.checkpoints >= 1 && history.bytes > 0 && history.bytes < history.budget);
  vm.seek(history.begin);
  assert.equal(vm.state, "Idle");
  assert.deepEqual(vm.seek(moment), { reason: "Finished" });
});

test("over, out and continue have their reverse", async () => {
  const { vm, module } = await summing();
  const [add] = module.textMap().filter((at) => at.line === 6);
  vm.start("main", 3);
  assert.deepEqual(vm.stepBackOut(), { reason: "Beginning" });
  const before = [];
  while (vm.state === "Paused") {
    if (vm.frames[0].instruction === "call 1") before.push(vm.time);
    vm.step();
  }
  vm.seek(before[1]);
  vm.stepOver();
  assert.deepEqual(vm.stepBackOver(), { reason: "Step" });
  assert.equal(vm.time, before[1]);
  vm.step();
  vm.step();
  assert.equal(vm.depth, 2);
  assert.deepEqual(vm.stepBackOut(), { reason: "Step" });
  assert.equal(vm.time, before[1]);

  vm.seek(vm.history.end);
  vm.breakpoints.add({ offset: add.offset });
  const found = [];
  for (;;) {
    const stop = vm.reverseContinue();
    if (stop.reason === "Beginning") break;
    assert.deepEqual(stop, { reason: "Breakpoint", function: 1, offset: add.offset });
    found.push(vm.time);
  }
  assert.equal(vm.time, 0n);
  assert.deepEqual(found, before.map((time) => time + 1n).reverse());
  assert.equal(vm.run().reason, "Breakpoint");
  assert.equal(vm.time, found.at(-1));
});

test("without a record there is no way back, and the error says why", async () => {
  const { vm, calls } = await summing({ history: false });
  vm.start("main", 2);
  vm.step();
  assert.equal(vm.history, null);
  assert.equal(vm.inPast, false);
  assert.equal(vm.branch(), null);
  assert.equal(vm.takeBranch(), null);
  assert.deepEqual(vm.journal, []);
  assert.deepEqual(vm.moment, { time: 1n, actions: 0, trapped: false });
  for (const back of ["stepBack", "stepBackOver", "stepBackOut", "reverseContinue", "seek"]) {
    assert.throws(() => vm[back](0), (error) => error instanceof UsageError && error.message.includes(back) && error.message.includes("history"));
  }
  assert.equal(vm.run().reason, "Finished");
  assert.equal(calls.length, 2);
  for (const wrong of [-1, NaN, "yes", null, 1n]) await assert.rejects(summing({ history: wrong }), UsageError);
  const small = await summing({ history: 1_000_000 });
  assert.equal(small.vm.history.budget, 1_000_000);
});

test("a recursion can be gone back out of call by call", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 30n);
  vm.run();
  const end = vm.stateHash;
  vm.stepBackOver();
  assert.deepEqual([vm.depth, vm.time > 0n], [1, true]);
  vm.seek(120);
  const { depth } = vm;
  for (let left = depth - 1; left > 0; left -= 1) {
    assert.deepEqual(vm.stepBackOut(), { reason: "Step" });
    assert.equal(vm.depth, left);
    assert.equal(vm.frames[0].instruction, "call 0");
  }
  vm.run();
  assert.equal(vm.stateHash, end);
});
