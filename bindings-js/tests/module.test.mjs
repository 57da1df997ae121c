// The class Module.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError, Interpreter, Module, UsageError } from "../pkg/index.js";
import { FACTORIAL } from "./support.mjs";

const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

test("a module is made of every kind of bytes", async () => {
  const padded = new Uint8Array(EMPTY.length + 4);
  padded.set(EMPTY, 2);
  for (const source of [
    EMPTY,
    EMPTY.buffer,
    new DataView(padded.buffer, 2, EMPTY.length),
    new Response(EMPTY),
    Promise.resolve(new Response(EMPTY)),
  ]) {
    const module = await Module.fromBytes(source);
    assert.deepEqual(module.bytes, EMPTY);
  }
});

test("what is no module is a CompileError with its place", async () => {
  for (const [bytes, kind, offset] of [
    [[], "malformed", 0],
    [[1, 2, 3, 4, 5, 6, 7, 8], "malformed", 0],
    [[...EMPTY.slice(0, 6)], "malformed", null],
    // A function of type 0 where there is no type.
    [[...EMPTY, 3, 2, 1, 0, 10, 4, 1, 2, 0, 11], "invalid", 11],
  ]) {
    await assert.rejects(Module.fromBytes(new Uint8Array(bytes)), (error) => {
      assert.ok(error instanceof CompileError && error instanceof Error);
      assert.equal(error.kind, kind);
      if (offset !== null) assert.equal(error.offset, offset);
      assert.match(error.message, /offset 0x/);
      return true;
    });
  }
  await assert.rejects(Module.fromBytes("text"), UsageError);
  await assert.rejects(Module.fromBytes(null), UsageError);
  await assert.rejects(Module.fromWat(7), UsageError);
  await assert.rejects(Module.fromBytes(new Response("", { status: 404 })), UsageError);
  assert.throws(() => new Module(), UsageError);
});

test("errors in text have line and column", async () => {
  for (const [text, line, column, words] of [
    ["(module\n  (func (foo)))", 2, 10, /unknown operator/],
    ["(module", 1, 8, /expected/],
    ['(module\n (func (export "ä") (local.get $x)))', 2, 32, /unknown local/],
    ["(component)", 1, 2, /component/],
  ]) {
    await assert.rejects(Module.fromWat(text), (error) => {
      assert.ok(error instanceof CompileError, String(error));
      assert.equal(error.kind, "text");
      assert.deepEqual([error.line, error.column], [line, column], error.message);
      assert.match(error.message, words);
      return true;
    });
  }
});

test("invalid text is an error of validation, with an offset", async () => {
  await assert.rejects(Module.fromWat("(module (func (result i32)))"), (error) => {
    assert.equal(error.kind, "invalid");
    assert.ok(error.offset > 0);
    assert.deepEqual([error.line, error.column], [1, 27]);
    return true;
  });
});

test("imports, exports and functions are described", async () => {
  const module = await Module.fromWat(`(module $named
    (import "a" "f" (func $f (param i32 f64) (result i64 externref)))
    (import "a" "m" (memory 1 2))
    (import "a" "t" (table 3 funcref))
    (import "a" "g" (global (mut f32)))
    (memory (export "big") i64 1)
    (func $own (export "own") (result i32) i32.const 1)
    (start 2) (func))`);
  assert.equal(module.name, "named");
  assert.equal(module.hasStart, true);
  assert.deepEqual(module.imports, [
    { module: "a", name: "f", kind: "func", type: { params: ["i32", "f64"], results: ["i64", "externref"] } },
    { module: "a", name: "m", kind: "memory", limits: { minimum: 1n, maximum: 2n, is64: false }, pageSize: 65536, shared: false },
    { module: "a", name: "t", kind: "table", element: "funcref", limits: { minimum: 3n, maximum: null, is64: false } },
    { module: "a", name: "g", kind: "global", content: "f32", mutable: true },
  ]);
  assert.deepEqual(module.exports, [
    { name: "big", index: 1, kind: "memory", limits: { minimum: 1n, maximum: null, is64: true }, pageSize: 65536, shared: false },
    { name: "own", index: 1, kind: "func", type: { params: [], results: ["i32"] } },
  ]);
  assert.deepEqual(module.functions.map(({ name, imported }) => [name, imported]), [["f", true], ["own", false], [null, false]]);
  const [imported, own] = module.functions;
  assert.equal(imported.start, null);
  assert.deepEqual([...module.instructionOffsets(1)], [own.start + 1, own.start + 3]);
  assert.equal(own.end, own.start + 4);
});

test("text maps to offsets: each instruction in the user's own text", async () => {
  const module = await Module.fromWat(FACTORIAL);
  const lines = FACTORIAL.split("\n");
  const words = module.textMap().map(({ line, column }) => lines[line - 1].slice(column - 1).match(/^[a-z0-9_.]+|^\)/)?.[0]);
  assert.deepEqual(words, [
    "local.get", "i64.eqz", "if", "i64.const", "else", "local.get", "local.get", "i64.const", "i64.sub",
    "call", "i64.mul", ")", ")",
  ]);
  assert.deepEqual(module.textMap().map((at) => at.offset), [...module.instructionOffsets(0)]);
  const fromBytes = await Module.fromBytes(module.bytes);
  assert.equal(fromBytes.textMap(), null);
});

test("printed text maps to offsets", async () => {
  const { bytes } = await Module.fromWat(FACTORIAL);
  const module = await Module.fromBytes(bytes);
  const { text, offsets } = module.toWat();
  const lines = text.split("\n");
  const at = new Map(lines.map((line, index) => [offsets[index], line.trim()]));
  assert.equal(at.get(module.instructionOffsets(0)[0]), "local.get $n");
  assert.ok([...at.values()].includes("i64.mul"));
});

test("a freed module says so", async () => {
  const module = await Module.fromBytes(EMPTY);
  module.free();
  module.free();
  assert.throws(() => module.imports, UsageError);
  assert.throws(() => new Interpreter(module), UsageError);
  assert.throws(() => new Interpreter({}), UsageError);
});

test("what a module tells of itself cannot be changed", async () => {
  const module = await Module.fromWat(`(module (import "m" "f" (func (param i32))) (func (export "g") (param i64)))`);
  const { imports, exports, functions, sections } = module;
  for (const data of [imports, exports, functions, sections, imports[0], exports[0].type.params, functions[1].type]) {
    assert.ok(Object.isFrozen(data));
  }
  assert.throws(() => imports.pop(), TypeError);
});

test("sections and the contents of custom ones", async () => {
  const module = await Module.fromWat(`(module $m (@custom "one" "a") (@custom "two" "\\00\\ff") (@custom "one" "b") (func $f))`);
  assert.deepEqual(module.sections.filter(({ custom }) => custom).map(({ name }) => name).sort(), ["name", "one", "one", "two"]);
  assert.deepEqual(module.customSections("one").map((bytes) => new TextDecoder().decode(bytes)), ["a", "b"]);
  assert.deepEqual(module.customSections("two").map((bytes) => [...bytes]), [[0, 255]]);
  assert.deepEqual(module.customSections("none"), []);
  const code = module.sections.find(({ name }) => name === "code");
  const { start, end } = module.functions[0];
  assert.ok(code.start < start && end <= code.end, "a body lies in the code section");
  // The same as the engine's own reading of the same bytes.
  const own = WebAssembly.Module.customSections(new WebAssembly.Module(module.bytes), "name");
  assert.deepEqual(own.map((bytes) => new Uint8Array(bytes)), module.customSections("name"));
});
