// Every kind of action that a journal may hold, and what happens when a record is not followed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DivergedError, Exception, Interpreter, Trap } from "../pkg/index.js";
import { firstDifference, sealed } from "./forging.mjs";
import { make } from "./support.mjs";

const TEXT = `(module
  (type $bytes (array i8))
  (import "env" "act" (func $act (param i32) (result i32)))
  (tag $own (export "own") (param i32))
  (memory 1) (table 2 externref) (global $g (mut i32) (i32.const 0))
  (func (export "main") (param i32) (result i32) (call $act (local.get 0)))
  (func (export "catch") (param i32) (result i32) (block $b (result i32) (try_table (catch $own $b) (return (call $act (local.get 0)))) (unreachable)))
  (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "trap") (unreachable))
  (func (export "bytes") (param i32) (result (ref $bytes)) (array.new $bytes (i32.const 0) (local.get 0)))
  (func (export "grow") (result i32) (memory.grow (i32.const 2))))`;

/** What the imported function does, and what is in the journal when `main` has come back. */
async function acting(act, { call = "main" } = {}) {
  const { vm } = await make(TEXT, { env: { act(n) { return act(this, n); } } });
  try {
    vm.call(call, 3);
  } catch (error) {
    assert.ok(error instanceof Trap, String(error));
  }
  return { vm, journal: vm.journal };
}
const only = (journal, action) => journal.find((entry) => entry.action === action);

test("an answer says of which function it is", async () => {
  const { journal } = await acting((vm, n) => n * 2);
  const { function: index, name, arguments: given, results } = only(journal, "Answer");
  assert.deepEqual([index, name, given[0].value, results[0].value], [0, "env.act", 3, 6]);
});

test("what an imported function threw is recorded in words", async () => {
  const { vm } = await make(TEXT.replace("(import", "(import \"env\" \"again\" (func)) (import"), { env: { again() {}, act() { throw new RangeError("no paper"); } } });
  assert.throws(() => vm.call("main", 3), Trap);
  const { function: index, name, arguments: given, kind, explanation } = only(vm.journal, "Fail");
  assert.deepEqual([index, name, given.map(({ value }) => value), kind], [1, "env.act", [3], "Host"]);
  assert.match(explanation, /no paper/);
});

test("an exception that an imported function threw is recorded, caught or not", async () => {
  for (const [call, caught] of [["catch", true], ["main", false]]) {
    const { journal } = await acting((vm, n) => { throw new Exception(vm.exports.own, [n]); }, { call });
    const entry = only(journal, "Throw");
    assert.deepEqual([entry.function, entry.name, entry.arguments[0].value, entry.caught], [0, "env.act", 3, caught]);
    assert.deepEqual([typeof entry.exception.tag, entry.exception.name, entry.exception.arguments[0].value], ["number", "own", 3]);
  }
});

test("calls from inside of an imported function are recorded, with how they ended", async () => {
  const { journal } = await acting((vm, n) => vm.call("add", n));
  assert.deepEqual(journal.map(({ action }) => action), ["Start", "Start", "TakeResults", "Answer"]);
  assert.equal(only(journal, "TakeResults").results[0].value, 4);
  const { journal: trapped } = await acting((vm) => {
    assert.throws(() => vm.call("trap"), Trap);
    return 1;
  });
  assert.deepEqual(trapped.map(({ action }) => action), ["Start", "Start", "Unwind", "Answer"]);
  const { journal: left } = await acting((vm) => {
    vm.start("add", 1);
    vm.step();
    return 1;
  });
  assert.equal(only(left, "LeaveNested").depth, 2);
});

test("changes by hand say what and where", async () => {
  const { vm } = await make(TEXT, { env: { act: (n) => n } });
  const thing = { any: "thing" };
  vm.memory().write(8, new Uint8Array([1]));
  vm.memory().grow(2);
  vm.table().set(1, thing);
  vm.table().grow(3, thing);
  vm.setGlobal(0, 7);
  vm.start("add", 3);
  vm.step();
  vm.setOperand(0, 0, 9);
  vm.setLocal(0, 0, 4);
  const { journal } = vm;
  assert.deepEqual([only(journal, "WriteMemory").memory, only(journal, "WriteMemory").address], [0, 8n]);
  assert.deepEqual([only(journal, "GrowMemory").memory, only(journal, "GrowMemory").delta], [0, 2n]);
  const { table, entry, value } = only(journal, "SetTableEntry");
  assert.deepEqual([table, entry, value.value], [0, 1n, thing]);
  const grown = only(journal, "GrowTable");
  assert.deepEqual([grown.table, grown.delta, grown.value.value], [0, 3n, thing]);
  assert.deepEqual([only(journal, "SetGlobal").global, only(journal, "SetGlobal").value.value], [0, 7]);
  const operand = only(journal, "SetOperand");
  assert.deepEqual([operand.frame, operand.position, operand.value.value], [0, 0, 9]);
  const local = only(journal, "SetLocal");
  assert.deepEqual([local.frame, local.index, local.value.value], [0, 0, 4]);
});

test("objects that are kept and released are named, also when they are gone", async () => {
  const { vm } = await make(TEXT, { env: { act: (n) => n } }, { gcBudget: 1 << 16 });
  const bytes = vm.call("bytes", 10);
  vm.keep(bytes);
  assert.equal(only(vm.journal, "Keep").object.object, "array");
  vm.release(bytes);
  for (let count = 0; count < 20; count += 1) vm.call("bytes", 10_000);
  for (const action of ["Keep", "Release"]) {
    const { object } = only(vm.journal, action);
    assert.deepEqual([object.object, object.handle, object.generation], ["gone", bytes.handle, bytes.generation]);
  }
});

test("a record that cannot be followed is told, with the moment", async () => {
  const recorded = async (answers) => {
    const { vm } = await make(TEXT, { env: { act: () => answers } });
    vm.call("main", 3);
    return vm;
  };
  const vm = await recorded(0x11);
  const bytes = vm.recording();
  const same = await Interpreter.fromRecording(bytes);
  const { instructions, actions, marks } = same.verify();
  assert.deepEqual([instructions, actions], [vm.time, vm.journalLength]);
  assert.ok(marks >= 1);
  // The answer of another course, with the marks of this one.
  const other = (await recorded(0x22)).recording();
  const at = firstDifference(bytes, other);
  bytes[at] = other[at];
  await assert.rejects(Interpreter.fromRecording(bytes), /checksum/);
  const forged = await Interpreter.fromRecording(sealed(bytes));
  assert.throws(() => forged.verify(), (error) => {
    assert.ok(error instanceof DivergedError && error instanceof Error);
    assert.ok(error.moment.time > 0n && error.moment.time <= vm.time);
    assert.ok(error.message.length > 10);
    return true;
  });
});
