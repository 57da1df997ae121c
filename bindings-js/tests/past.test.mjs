// Questions to the past.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { make, summing } from "./support.mjs";

const TRAPPING = `(module
  (memory 1)
  (func $divide (param $by i32) (result i32)
    (i32.div_u (i32.const 10) (local.get $by)))
  (func (export "main") (param i32) (result i32)
    (i32.store (i32.const 64) (i32.sub (local.get 0) (i32.const 3)))
    (call $divide (i32.load (i32.const 64)))))`;

test("a trap's operand is followed to where it was computed", async () => {
  const { vm } = await make(TRAPPING);
  vm.start("main", 3);
  assert.equal(vm.run().reason, "Trapped");
  const hash = vm.stateHash;
  const trail = vm.trail({ trapOperand: 1 });
  const instructions = trail.map(({ instruction }) => instruction);
  assert.equal(instructions[0], "local.get 0");
  assert.ok(instructions.includes("i32.load"), instructions.join(", "));
  assert.ok(instructions.includes("i32.store"), instructions.join(", "));
  assert.equal(instructions.at(-1), "i32.sub");
  assert.deepEqual(vm.origin({ trapOperand: 0 }).instruction, "i32.const 10");
  assert.equal(vm.stateHash, hash);
  // There it can be gone to.
  vm.seek(trail.at(-1).moment);
  assert.equal(vm.explanation.mnemonic, "i32.sub");
});

test("the last write is told, whoever made it", async () => {
  const { vm } = await summing();
  assert.equal(vm.lastWrite({ global: 0 }), null);
  vm.start("main", 3);
  vm.run();
  const write = vm.lastWrite({ address: 8, length: 4 });
  assert.equal(write.by, "instruction");
  assert.equal(write.instruction, "i32.store");
  assert.equal(vm.lastWrite({ global: 0 }).instruction, "global.set 0");
  vm.memory(0).write(8, new Uint8Array([1]));
  const byHand = vm.lastWrite({ address: 8, length: 4 });
  assert.equal(byHand.by, "embedder");
  assert.equal(byHand.action, "WriteMemory");
  vm.seek(write.moment);
  assert.ok(vm.frames[0].offset === write.offset);
});

test("an operand's and a local's origin are told in the midst of a call", async () => {
  const { vm } = await make(TRAPPING);
  vm.start("main", 9);
  while (vm.explanation.mnemonic !== "i32.div_u") vm.step();
  assert.equal(vm.origin({ stackSlot: 0 }).instruction, "i32.const 10");
  assert.equal(vm.origin({ stackSlot: 1, frame: 0 }).instruction, "local.get 0");
  assert.match(vm.lastWrite({ local: 0 }).instruction, /^call/);
  assert.equal(vm.lastWrite({ local: 0, frame: 1 }).by, "embedder");
});

test("what cannot be asked is a UsageError", async () => {
  const { vm } = await summing();
  vm.start("main", 3);
  for (const ask of [
    () => vm.lastWrite({}),
    () => vm.lastWrite({ global: 9 }),
    () => vm.lastWrite({ local: 99 }),
    () => vm.lastWrite({ table: 4, entry: 0 }),
    () => vm.origin({ stackSlot: 5 }),
    () => vm.origin({ trapOperand: 0 }),
    () => vm.origin(),
  ]) {
    assert.throws(ask, UsageError, String(ask));
  }
  const { vm: without } = await summing({ history: false });
  without.start("main", 1);
  assert.throws(() => without.lastWrite({ global: 0 }), UsageError);
});
