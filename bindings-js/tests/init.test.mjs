// From where the package takes its own WebAssembly.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "./support.mjs";

const address = (name) => new URL(`../pkg/${name}`, import.meta.url);
const core = await readFile(address("flight_bg.wasm"));
const text = await readFile(address("flight_text_bg.wasm"));
const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const answer = (bytes) => new Response(bytes, { headers: { "content-type": "application/wasm" } });
const data = (bytes) => `data:application/wasm;base64,${base64(bytes)}`;

let copies = 0;
/** The package as if it had just been loaded; its own files are where none are. */
async function fresh() {
  copies += 1;
  return import(`../pkg/index.js?copy=${copies}`);
}

/** Bytes in each form that a source may have. */
const FORMS = {
  "a Uint8Array": (bytes) => bytes,
  "an ArrayBuffer": (bytes) => new Uint8Array(bytes).buffer,
  "a WebAssembly.Module": (bytes) => new WebAssembly.Module(bytes),
  "a Response": answer,
  "a promise of a Response": async (bytes) => answer(bytes),
  "an address": (bytes) => new URL(data(bytes)),
  "an address as a string": data,
};

for (const [form, made] of Object.entries(FORMS)) {
  test(`both files are taken from ${form}`, async () => {
    const { Interpreter, Module, init } = await fresh();
    await init({ core: made(core), text: made(text) });
    const vm = new Interpreter(await Module.fromWat('(module (func (export "one") (result i32) (i32.const 1)))'));
    assert.equal(vm.call("one"), 1);
  });

  test(`${form} alone is the file that executes`, async () => {
    const { Module, init } = await fresh();
    await init(made(core));
    assert.equal((await Module.fromWat("(module $named)")).name, "named");
  });
}

test("files are read by their address", async () => {
  for (const given of [address("flight_bg.wasm"), address("flight_bg.wasm").href, undefined, null, {}]) {
    const { Module, init } = await fresh();
    await init(given);
    assert.equal((await Module.fromWat("(module $named)")).name, "named");
  }
});

test("what is no source is refused, and named", async () => {
  const { UsageError, init } = await fresh();
  for (const [given, words] of [
    [5, /^init takes .*, not 5$/],
    [true, /^init takes/],
    [{ core: 5 }, /^core of init is .*, not 5$/],
    [{ text: {} }, /^text of init is/],
    [{ core, text: Symbol("text") }, /^text of init is .*, not Symbol\(text\)$/],
  ]) {
    await assert.rejects(init(given), (error) => error instanceof UsageError && words.test(error.message));
  }
  await init(core);
});

test("after a failure another source may be given", async () => {
  const { Module, init } = await fresh();
  await assert.rejects(init(new Uint8Array(8)));
  await assert.rejects(init(new Response("", { status: 404 })), /404/);
  await assert.rejects(init(address("nothing.wasm")), /nothing\.wasm/);
  await init(core);
  await init({ text: new Uint8Array(8) });
  await assert.rejects(Module.fromWat("(module)"));
  await init({ text });
  assert.equal((await Module.fromWat("(module $named)")).name, "named");
});
