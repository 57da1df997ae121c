// Calls and runs that give turns, with the options that no other test gives them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { init } from "../pkg/index.js";
import { FACTORIAL, make, readFile } from "./support.mjs";

test("a call with a signal that stays quiet comes to its end", async () => {
  const { vm } = await make(FACTORIAL);
  const { signal } = new AbortController();
  assert.equal(await vm.callAsync({ function: "fac", signal }, 5n), 120n);
  vm.start("fac", 5n);
  assert.deepEqual(await vm.runAsync({ signal }), { reason: "Finished" });
  assert.equal(vm.results[0].value, 120n);
});

test("a step over a call has fuel for so many instructions", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 5n);
  while (vm.explanation.mnemonic !== "call") vm.step();
  const { time } = vm;
  assert.deepEqual(vm.stepOver({ fuel: 7 }), { reason: "OutOfFuel" });
  assert.equal(vm.time, time + 7n);
});

test("a run ends before an instruction at which a condition is true", async () => {
  const { vm } = await make(FACTORIAL);
  vm.start("fac", 5n);
  assert.deepEqual(vm.run({ until: { condition: "local.n == 2" } }), { reason: "Until" });
  assert.equal(vm.depth, 4);
  assert.equal(vm.locals()[0].value, 2n);
});

test("the package may be told where its files are, also when they are loaded", async () => {
  const file = (name) => readFile(new URL(`../pkg/${name}`, import.meta.url));
  assert.equal(await init({ core: await file("flight_bg.wasm"), text: await file("flight_text_bg.wasm") }), undefined);
});
