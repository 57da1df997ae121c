// Core dumps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../pkg/index.js";
import { make } from "./support.mjs";

const TEXT = `(module $divider
  (memory 1) (data (i32.const 40) "text")
  (global (mut i32) (i32.const 5))
  (func (export "divide") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.div_s))`;

const section = (dump, name) => {
  const [contents] = WebAssembly.Module.customSections(new WebAssembly.Module(dump), name);
  return [...new Uint8Array(contents)];
};
const text = (bytes) => new TextDecoder().decode(new Uint8Array(bytes));

test("a trap can be dumped for other tools", async () => {
  const { vm } = await make(TEXT);
  assert.throws(() => vm.call("divide", 7, 0));
  const dump = vm.coreDump();
  assert.ok(dump instanceof Uint8Array);
  assert.ok(WebAssembly.validate(dump));
  assert.equal(text(section(dump, "core").slice(2)), "divider");
  assert.equal(text(section(vm.coreDump("what ran"), "core").slice(2)), "what ran");
  // One thread `main` with one frame of instance 0, function 0; three instructions of two, two and one bytes, behind the
  // byte that says that there are no locals; two locals and two operands.
  assert.deepEqual(
    section(dump, "corestack"),
    [0, 4, ...new TextEncoder().encode("main"), 1, 0, 0, 0, 5, 2, 0x7f, 7, 0x7f, 0, 2, 0x7f, 7, 0x7f, 0],
  );
  assert.ok(text(dump).includes("text"));
  assert.ok(dump.length < 300, "the memory's zeros are left out");
});

test("a machine at rest has a dump too, a freed one has none", async () => {
  const { vm } = await make(`(module (func (export "nothing")))`);
  const dump = vm.coreDump();
  assert.deepEqual(section(dump, "core"), [0, 0]);
  assert.equal(section(dump, "corestack").at(-1), 0, "no frames");
  vm.free();
  assert.throws(() => vm.coreDump(), UsageError);
});
