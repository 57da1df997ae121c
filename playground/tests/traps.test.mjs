/** A trap: at its place in the text, in place of the sentence, with its kind, words, operands and frames. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, locals, onPage, output, phase, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

const trap = (page) => page.getByRole("region", { name: "Trap", exact: true });

test("division by zero", onPage(async (page) => {
  await chooseExample(page, "Division by zero");
  await button(page, "Run").click();
  await phase(page, "Trapped");
  const card = await trap(page).textContent();
  assert.match(card, /integer divide by zero/);
  assert.match(card, /IntegerDivideByZero/);
  assert.match(card, /i32\.div_s/);
  assert.deepEqual(await trap(page).locator(".chip .value").allTextContents(), ["0", "0"]);
  assert.match(await page.locator(".cm-line.line-trap").textContent(), /i32\.div_s.*integer divide by zero/);
  assert.deepEqual(await stack(page), ["0", "0"]);
  assert.deepEqual(await locals(page), { list: "64" });
  assert.equal((await output(page)).at(-1), "Trap: integer divide by zero");
}));

test("out of bounds, with the frames as links", onPage(async (page) => {
  await chooseExample(page, "Out of bounds");
  await button(page, "Run").click();
  await phase(page, "Trapped");
  const card = await trap(page).textContent();
  assert.match(card, /out of bounds memory access/);
  assert.match(card, /65536/);
  assert.deepEqual(await trap(page).locator(".chip .value").allTextContents(), ["65536", "255"]);
  await trap(page).getByRole("button", { name: /^main/ }).click();
  await becomes(() => locals(page), { from: "65530" });
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^main/, "the link keeps the focus");
  assert.match(await page.locator(".cm-line.line-caller").textContent(), /call \$fill/);
}));

test("a step can trap too, and Restart leads out of it", onPage(async (page) => {
  await typeText(page, '(module (func (export "f") unreachable))');
  await becomes(() => time(page), 0);
  await button(page, "Step").click();
  await phase(page, "Trapped");
  assert.match(await trap(page).textContent(), /Unreachable/);
  await button(page, "Restart").click();
  await phase(page, "Paused");
  assert.equal(await trap(page).count(), 0);
}));

test("a trap while the module is instantiated is told, and the next text works", onPage(async (page) => {
  await typeText(page, '(module (memory 1) (data (i32.const 65536) "x") (func (export "f") nop))');
  await until(() => trap(page).textContent().catch(() => ""), (text) => /out of bounds memory access/.test(text));
  await typeText(page, '(module (func (export "seven") (result i32) i32.const 7))');
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await phase(page, "Finished");
}));
