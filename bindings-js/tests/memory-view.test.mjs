// A guest's memory as bytes that are read and written in place.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Interpreter, Module, UsageError, init } from "../pkg/index.js";

await init();

const TEXT = `(module
  (import "env" "fill" (func $fill (param i32 i32)))
  (memory (export "memory") 1 4)
  (func (export "sum") (param i32 i32) (result i32) (local i32)
    (call $fill (local.get 0) (local.get 1))
    (loop $again
      (local.set 2 (i32.add (local.get 2) (i32.load8_u (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (local.get 2)))`;

const module = await Module.fromWat(TEXT);

function machine(fill, options) {
  return new Interpreter(module, { env: { fill } }, options);
}

test("an imported function reads and writes the memory in place", () => {
  let before = null;
  const vm = machine((pointer, length) => {
    const view = vm.memory(0).view(pointer, length);
    before = [...view];
    view.fill(3);
    const { bytes } = vm.memory(0);
    assert.equal(bytes.length, 65536);
    bytes[pointer] = 10;
    assert.equal(view[0], 10, "views show the same bytes");
  });
  assert.equal(vm.call("sum", 100, 4), 19);
  assert.deepEqual(before, [0, 0, 0, 0]);
  assert.equal(vm.call("sum", 100, 4), 19);
  assert.deepEqual(before, [10, 3, 3, 3]);
});

test("what was written in place is in the record, and done again in the past", () => {
  let turn = 0;
  const vm = machine((pointer, length) => vm.memory(0).view(pointer, length).fill((turn += 1)));
  vm.call("sum", 8, 2);
  vm.call("sum", 9, 2);
  const written = vm.journal.filter((entry) => entry.action === "WriteMemory");
  assert.deepEqual(
    written.map(({ state, address, bytes }) => [state, address, [...bytes]]),
    [["AwaitingHost", 8n, [1, 1]], ["AwaitingHost", 9n, [2, 2]]],
  );
  const end = vm.stateHash;
  vm.seek(10n);
  assert.deepEqual([...vm.memory(0).read(8, 3)], [1, 1, 0]);
  vm.seek(vm.history.end.time);
  assert.equal(vm.stateHash, end);
  assert.equal(turn, 2);
  assert.equal(vm.verify().actions, vm.journal.length);
});

test("a view loses its bytes when the machine goes on or is changed", () => {
  const vm = machine(() => {});
  vm.start("sum", 0, 4);
  const ends = [
    () => vm.step(),
    () => vm.stepBack(),
    () => vm.memory(0).write(0, new Uint8Array([1])),
    () => vm.memory(0).grow(1),
    () => vm.journal,
    () => vm.run(),
  ];
  for (const end of ends) {
    const view = vm.memory(0).view(16, 8);
    view[0] += 1;
    assert.equal(view.length, 8);
    end();
    assert.equal(view.length, 0, String(end));
    view[0] = 99;
    assert.notEqual(vm.memory(0).read(16, 1)[0], 99);
  }
  assert.equal(vm.memory(0).bytes.length, 2 * 65536);
});

test("a change in the past begins a branch, looking does not", () => {
  const vm = machine(() => {});
  assert.equal(vm.call("sum", 0, 4), 0);
  const { end } = vm.history;
  vm.seek(5n);
  assert.equal(vm.memory(0).bytes[2], 0);
  assert.ok(vm.inPast);
  vm.memory(0).bytes[2] = 5;
  assert.ok(!vm.inPast);
  assert.ok(vm.history.end.time < end.time);
  vm.run();
  assert.deepEqual(vm.results.map(({ value }) => value), [5]);
});

test("without a record nothing is compared, and bytes are written all the same", () => {
  const vm = machine((pointer) => {
    vm.memory(0).bytes[pointer] = 7;
  }, { history: false });
  assert.equal(vm.call("sum", 40, 3), 7);
});

test("views of what is not there are refused", () => {
  const vm = machine(() => {});
  for (const [address, length] of [[65536, 1], [0, 65537], [-1, 1], [0, -1], [0, 1.5], [0, "4"], [2 ** 53, 1], [65537]]) {
    assert.throws(() => vm.memory(0).view(address, length), UsageError, `${address} ${length}`);
  }
  assert.equal(vm.memory(0).view(65536).length, 0);
  assert.equal(vm.memory(0).view(65530).length, 6);
  assert.equal(vm.memory(0).view(8n, 4n).length, 4);
});
