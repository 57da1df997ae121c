// Everything that can be watched and asked about: memories, globals, locals and tables, read and written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "./support.mjs";

const TEXT = `(module
  (memory 1) (memory 1) (table 4 externref) (global $g (mut i64) (i64.const 1))
  (func $work (export "work") (param $n i32) (param $r externref) (result i32) (local $copy i32)
    (local.set $copy (local.get $n))
    (i32.store 1 offset=4 (i32.const 8) (local.get $copy))
    (global.set $g (i64.extend_i32_u (i32.load 1 (i32.const 12))))
    (table.set (i32.const 2) (local.get $r))
    (drop (table.get (i32.const 2)))
    (drop (global.get $g))
    (local.get $copy)))`;
const thing = { any: "thing" };

/** A machine before the call, and every access that stops it. */
async function watching(what) {
  const { vm, module } = await make(TEXT);
  const watchpoint = vm.watchpoints.add(what);
  vm.start("work", 5, thing);
  const hits = [];
  for (let stop = vm.run(); stop.reason === "Watchpoint"; stop = vm.run()) {
    assert.deepEqual(vm.watchpoints.hits, stop.hits);
    hits.push(...stop.hits);
  }
  assert.equal(vm.state, "Finished");
  return { vm, module, watchpoint, hits };
}

for (const [name, what, expected] of [
  ["a memory's bytes are written", { memory: 1, address: 12, length: 2, on: "write" }, [["write", "i32.store 1 offset=4", [0, 0], [5, 0]]]],
  ["a memory's bytes are read", { memory: 1, address: 12n, length: 4n, on: "read" }, [["read", "i32.load 1", [5, 0, 0, 0], [5, 0, 0, 0]]]],
  ["a global is accessed", { global: 0, on: "access" }, [["write", "global.set 0", 1n, 5n], ["read", "global.get 0", 5n, 5n]]],
  ["a global changes", { global: 0, on: "change" }, [["write", "global.set 0", 1n, 5n]]],
  ["a local is written", { function: 0, local: 2 }, [["write", "local.set 2", 0, 5]]],
  ["a table's entry is written", { table: 0, entry: 2, count: 1 }, [["write", "table.set 0", null, thing]]],
]) {
  test(`a watchpoint stops where ${name}`, async () => {
    const { module, watchpoint, hits } = await watching(what);
    assert.equal(watchpoint.on, what.on ?? "write");
    for (const key of Object.keys(what).filter((key) => key !== "on")) assert.equal(Number(watchpoint[key]), Number(what[key]), key);
    const shown = (value) => ("bytes" in value ? [...value.bytes] : value.value);
    assert.deepEqual(hits.map((hit) => [hit.access, hit.instruction, shown(hit.old), shown(hit.new)]), expected);
    for (const hit of hits) {
      assert.deepEqual([hit.watchpoint.id, hit.function, hit.depth], [watchpoint.id, 0, 1]);
      assert.ok(module.instructionOffsets(0).includes(hit.offset));
      assert.ok(hit.time > 0n && hit.time < 20n);
    }
    const [{ new: value }] = hits;
    if (what.table !== undefined) assert.equal(value.entry, 2n);
    if (what.memory !== undefined) assert.equal(value.address, 12n);
  });
}

test("who wrote a memory, a table, a global and a local is told with place and depth", async () => {
  const { vm, module } = await make(TEXT);
  vm.start("work", 5, thing);
  while (vm.explanation.mnemonic !== "drop") vm.step();
  const offsets = module.instructionOffsets(0);
  for (const [place, instruction, wrote] of [
    [{ memory: 1, address: 12, length: 4 }, "i32.store 1 offset=4", { address: 12n, bytes: new Uint8Array([5, 0, 0, 0]) }],
    [{ table: 0, entry: 2, count: 1 }, "table.set 0", { entry: 2n, type: "externref", value: thing }],
    [{ global: 0 }, "global.set 0", { type: "i64", value: 5n, bits: "0000000000000005" }],
    [{ local: 2 }, "local.set 2", { type: "i32", value: 5, bits: "00000005" }],
  ]) {
    const origin = vm.lastWrite(place);
    assert.deepEqual([origin.by, origin.instruction, origin.function, origin.name, origin.depth], ["instruction", instruction, 0, "work", 1]);
    assert.ok(offsets.includes(origin.offset));
    assert.ok(origin.moment.time < vm.time);
    assert.deepEqual(origin.wrote, wrote);
  }
});
