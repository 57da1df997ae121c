/** Imports are stubbed, so that any module can start at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, onPage, output, phase, region, sentence, stack, time, typeText, useBrowser } from "./page.mjs";

useBrowser();

const ALL = `(module
  (import "env" "next" (func $next (param i32 f64) (result i64)))
  (import "env" "memory" (memory 2))
  (import "env" "table" (table 3 funcref))
  (import "env" "base" (global $base i32))
  (import "env" "top" (global $top (mut i64)))
  (func (export "go") (result i64)
    (i64.add (call $next (i32.const 7) (f64.const 1.5)) (i64.extend_i32_s (global.get $base)))))`;

test("functions log their call and return zero; memories, tables and globals are made", onPage(async (page) => {
  await typeText(page, ALL);
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /go\(\) returned 0/);
  assert.deepEqual(await output(page), ["env.next(7, 1.5) → 0", "go() = 0"]);
  assert.match(await region(page, "Memory").textContent(), /128 KiB, 2 pages/);
  assert.deepEqual(await region(page, "Globals").locator("tr .value").allTextContents(), ["0", "0"]);
  assert.match(await region(page, "Tables").textContent(), /3 entries/);
}));

test("a stub returns what the user sets, at once; a global holds it from the next restart", onPage(async (page) => {
  await typeText(page, ALL);
  await becomes(() => time(page), 0);
  await page.getByRole("tab", { name: "Imports" }).click();
  await page.getByLabel("Result of env.next, i64").fill("40");
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 40/);
  await page.getByLabel("Value of env.base, i32").fill("2");
  await button(page, "Run").click();
  await becomes(async () => /returned 42/.test(await sentence(page)), true);
}));

test("a wrong value is told and not taken", onPage(async (page) => {
  await typeText(page, ALL);
  await becomes(() => time(page), 0);
  await page.getByRole("tab", { name: "Imports" }).click();
  const field = page.getByLabel("Result of env.next, i64");
  await field.fill("x");
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.match(await region(page, "Imports").textContent(), /not a whole number/);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 0/);
}));

test("an address and a length are shown as the text that they mean", onPage(async (page) => {
  await chooseExample(page, "Hello");
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.deepEqual(await region(page, "Output").locator(".hint").allTextContents(), ["Hello, world!", "HELLO, WORLD!"]);
}));

test("a memory beyond the budget is told, and the next text works", onPage(async (page) => {
  await typeText(page, '(module (import "m" "m" (memory 65536)) (func (export "f") nop))');
  await becomes(async () => /cannot be instantiated: 4294967296 bytes/.test(await sentence(page)), true);
  await typeText(page, '(module (func (export "seven") (result i32) i32.const 7))');
  await becomes(() => time(page), 0);
  await button(page, "Step").click();
  await becomes(() => stack(page), ["7"]);
}));

test("names that objects have by themselves are names like others", onPage(async (page) => {
  await typeText(page, '(module (import "constructor" "__proto__" (func $f (result i32))) (func (export "toString") (result i32) call $f))');
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.deepEqual(await output(page), ["constructor.__proto__() → 0", "toString() = 0"]);
}));

test("indirect calls go through a table that can be looked at", onPage(async (page) => {
  await chooseExample(page, "Dispatch table");
  await page.getByRole("tab", { name: "Tables" }).click();
  await becomes(() => region(page, "Tables").locator("li .value").allTextContents(), ["add", "subtract", "multiply", "divide"]);
  for (let i = 0; i < 3; i += 1) await button(page, "Step").click();
  await becomes(() => stack(page), ["2", "7", "6"]);
  await button(page, "Over").click();
  await becomes(() => stack(page), ["42"]);
}));
