// Changing a machine by hand, and what is recorded of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { make, summing } from "./support.mjs";

test("the journal says what the embedder did", async () => {
  const { vm } = await make(
    `(module
      (import "env" "echo" (func $echo (param externref i64) (result externref)))
      (memory 1) (table 2 externref) (global $g (mut f32) (f32.const 0))
      (func (export "main") (param externref) (local i32) (drop (call $echo (local.get 0) (i64.const 7)))))`,
    {
      env: {
        echo(value) {
          this.memory().write(8, new Uint8Array([1, 2, 3]));
          return value;
        },
      },
    },
  );
  const thing = { any: "thing" };
  vm.call("main", thing);
  vm.start("main", null);
  vm.setLocal(0, 1, 5);
  vm.setLocal(0, 0, "text");
  vm.step();
  vm.setOperand(0, 0, thing);
  vm.setGlobal(0, 0.5);
  vm.table().set(1, thing);
  assert.equal(vm.table().grow(2, thing), 2);
  assert.equal(vm.memory().grow(1), 1);
  assert.equal(vm.table().size, 4);
  assert.equal(vm.memory().size, 2 * 65536);
  assert.deepEqual(vm.frames[0].locals.map((local) => local.value), ["text", 5]);
  assert.deepEqual(vm.stack.map((operand) => operand.value), [thing]);
  assert.equal(vm.globals[0].value, 0.5);
  assert.equal(vm.table().get(3), thing);

  const { journal } = vm;
  assert.deepEqual(
    journal.map(({ action, state, time }) => [action, state, time]),
    [
      ["Start", "Idle", 0n],
      ["WriteMemory", "AwaitingHost", 3n],
      ["Answer", "AwaitingHost", 3n],
      ["Reset", "Finished", 5n],
      ["Start", "Idle", 5n],
      ["SetLocal", "Paused", 5n],
      ["SetLocal", "Paused", 5n],
      ["SetOperand", "Paused", 6n],
      ["SetGlobal", "Paused", 6n],
      ["SetTableEntry", "Paused", 6n],
      ["GrowTable", "Paused", 6n],
      ["GrowMemory", "Paused", 6n],
    ],
  );
  assert.equal(vm.journalLength, journal.length);
  assert.deepEqual(vm.journalFrom(3, 2), journal.slice(3, 5));
  assert.deepEqual(vm.journalFrom(100, 2), []);
  const [start, write, answer] = journal;
  assert.deepEqual([start.function, start.name, start.arguments[0].value], [1, "main", thing]);
  assert.deepEqual([write.memory, write.address, [...write.bytes]], [0, 8n, [1, 2, 3]]);
  assert.equal(answer.function, 0);
  assert.deepEqual(answer.arguments.map((value) => value.value), [thing, 7n]);
  assert.equal(answer.results[0].value, thing);
  assert.deepEqual([journal[5].frame, journal[5].index, journal[5].value.value], [0, 1, 5]);
  assert.equal(journal[9].value.value, thing);

  // What was done by hand is done again on the way forward, and taken back on the way back.
  const end = vm.stateHash;
  vm.stepBack();
  assert.equal(vm.memory().size, 65536);
  assert.equal(vm.frames[0].locals[1].value, 5);
  vm.stepBack();
  assert.equal(vm.state, "Paused");
  assert.deepEqual(vm.frames[0].locals.map((local) => local.value), [thing, 0]);
  vm.seek(6);
  assert.equal(vm.stateHash, end);
});

test("a change in the past drops the recorded future and says so", async () => {
  const { vm, calls } = await summing();
  vm.call("main", 3);
  const { end } = vm.history;
  vm.seek(4);
  assert.equal(vm.takeBranch(), null);
  assert.equal(vm.inPast, true);
  vm.setGlobal(0, 1000);
  const { moment } = vm;
  assert.equal(moment.time, 4n);
  const branch = vm.takeBranch();
  assert.deepEqual(branch.dropped, end);
  assert.equal(branch.at.time, 4n);
  assert.equal(vm.takeBranch(), null);
  assert.equal(vm.inPast, false);
  assert.deepEqual(vm.history.end, moment);
  assert.throws(() => vm.seek(end), UsageError);
  vm.run();
  assert.equal(vm.results[0].value, vm.globals[0].value);
  assert.ok(vm.globals[0].value > 1000);
  assert.ok(calls.length > 3, "the imported function is called again on the new branch");

  vm.seek(4);
  const further = vm.history.end;
  assert.deepEqual(vm.branch(), { at: vm.moment, dropped: further });
  assert.equal(vm.branch(), null);
  assert.equal(vm.inPast, false);
});

test("changes that do not fit are refused and not recorded", async () => {
  const { vm } = await summing();
  vm.start("main", 3);
  vm.step();
  const before = [vm.stateHash, vm.journalLength];
  for (const wrong of [
    () => vm.setLocal(0, 2, 1),
    () => vm.setLocal(1, 0, 1),
    () => vm.setLocal(0, -1, 1),
    () => vm.setLocal(0, 0, 1n),
    () => vm.setLocal(NaN, 0, 1),
    () => vm.setOperand(0, 9, 1),
    () => vm.setGlobal(1, 1),
    () => vm.memory().grow(1e9),
    () => vm.memory().grow(-1),
    () => vm.memory().grow(0.5),
  ]) {
    assert.throws(wrong, UsageError, wrong.toString());
  }
  const { vm: constant } = await make(`(module (global i32 (i32.const 1)) (table 1 funcref) (func (export "f")))`);
  assert.throws(() => constant.setGlobal(0, 2), /cannot be changed/);
  assert.throws(() => constant.table().set(1, null), UsageError);
  assert.throws(() => constant.table().set(0, "text"), UsageError);
  assert.deepEqual([vm.stateHash, vm.journalLength], before);
});
