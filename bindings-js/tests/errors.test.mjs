// Errors are classes with fields, and tell where the guest was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError, LinkError, Module, Trap, UsageError } from "../pkg/index.js";
import { make, thrown } from "./support.mjs";

const NESTED = `(module (import "env" "h" (func $h (param i32)))
  (func $div (param i32) (result i32) (call $h (i32.const 3)) (i32.div_s (i32.const 1) (local.get 0)))
  (func (param i32) (result i32) (call $div (local.get 0)))
  (func $deep (export "deep") (call $deep))
  (func (export "f") (param i32) (result i32) (call 2 (local.get 0))))`;

test("a trap's stack has the guest's calls before JavaScript's", async () => {
  const { vm } = await make(NESTED, { env: { h: () => {} } });
  const trap = thrown(() => vm.call("f", 0));
  assert.ok(trap instanceof Trap && trap instanceof Error);
  const [div, unnamed, f] = trap.info.frames.map(({ offset }) => offset.toString(16));
  assert.deepEqual(trap.guestStack.split("\n"), [
    `    at div (wasm-function[1]:0x${div})`,
    `    at wasm-function[2]:0x${unnamed}`,
    `    at f (wasm-function[4]:0x${f})`,
  ]);
  assert.match(trap.message, new RegExp(`^integer divide by zero at offset 0x${div}: `));
  assert.equal(trap.message.includes("\n"), false);
  const at = (text) => trap.stack.indexOf(text);
  assert.ok(at("wasm-function[1]:0x") >= 0 && at("wasm-function[4]:0x") > at("wasm-function[1]:0x"));
  assert.ok(at("errors.test.mjs") > at("wasm-function[4]:0x"), trap.stack);
});

test("a deep stack is told in short", async () => {
  const { vm } = await make(NESTED, { env: { h: () => {} } }, { callDepth: 1000 });
  const lines = thrown(() => vm.call("deep")).guestStack.split("\n");
  assert.deepEqual([lines.length, lines.at(-1)], [51, "    ... 950 more calls"]);
});

test("what an imported function throws is the cause, and a promise is told with the place", async () => {
  const mine = new RangeError("mine");
  const { vm } = await make(NESTED, { env: { h: () => { throw mine; } } });
  const trap = thrown(() => vm.call("f", 1));
  assert.deepEqual([trap.kind, trap.cause, trap.guestStack.split("\n")[0]], ["Host", mine, "    at env.h (imported function)"]);
  const { vm: waiting } = await make(NESTED, { env: { h: async () => {} } });
  const mistake = thrown(() => waiting.call("f", 1));
  assert.ok(mistake instanceof UsageError);
  assert.match(mistake.message, /env\.h returned a promise: call f by callAsync/);
  assert.match(mistake.guestStack, /at div \(wasm-function\[1\]:0x/);
});

test("every class is an Error with its name and fields", async () => {
  const compile = await Module.fromBytes(new Uint8Array(3)).catch((error) => error);
  assert.ok(compile instanceof CompileError && compile instanceof Error);
  assert.deepEqual([compile.name, compile.kind, typeof compile.offset, compile.line, compile.column], ["CompileError", "malformed", "number", null, null]);
  const link = await make(NESTED).catch((error) => error);
  assert.ok(link instanceof LinkError);
  assert.deepEqual(link.problems, [{ module: "env", name: "h", expected: "func [i32] -> []", found: null }]);
  const usage = thrown(() => new Module());
  assert.ok(usage instanceof UsageError && usage.guestStack === undefined);
  for (const error of [compile, link, usage]) assert.ok(error.stack.includes(error.name), error.stack);
});
