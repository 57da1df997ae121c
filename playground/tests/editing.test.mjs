/** Text that is typed: errors with their place, and a program that follows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, currentLine, onPage, phase, press, sentence, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

const status = (page) => page.locator(".status").textContent();

test("an error in the text is shown with line and column, in the editor and below it", onPage(async (page) => {
  await typeText(page, '(module\n  (func (export "f")\n    i32.bogus))');
  await until(() => status(page), (text) => /Line 3, column 5/.test(text));
  assert.equal(await page.locator(".cm-lintRange-error").textContent(), "i32.bogus");
  // The program before it stands where it stood.
  assert.deepEqual(await stack(page), ["6", "4"]);
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["24"]);
  await page.locator(".status button").click();
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText("nop))");
  await until(() => status(page), (text) => /1 function/.test(text));
  assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
  await becomes(async () => (await currentLine(page)).join().trim(), "nop))");
}));

test("what does not validate is told as well", onPage(async (page) => {
  await typeText(page, '(module (func (export "f") (result i32) i64.const 1))');
  await until(() => status(page), (text) => /line 1.*type mismatch/i.test(text));
}));

test("no text at all, or half a module, is an error and not a crash", onPage(async (page) => {
  for (const text of ["(module", "", ")", "\u0000", "(module (func) ) )"]) {
    await typeText(page, text);
    await becomes(() => page.locator(".status.invalid").count(), text === "" ? await page.locator(".status.invalid").count() : 1);
  }
  await typeText(page, '(module (func (export "seven") (result i32) i32.const 7))');
  await until(() => status(page), (text) => /1 function/.test(text));
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["7"]);
}));

test("a comment does not disturb the run, and the mark stays on its instruction", onPage(async (page) => {
  const before = await time(page);
  await page.locator(".cm-line").first().click();
  await page.keyboard.press("Home");
  await page.keyboard.insertText(";; a remark\n;; and another\n");
  assert.match((await currentLine(page)).join(), /i64\.mul/);
  await page.waitForTimeout(600);
  assert.equal(await time(page), before);
  assert.match((await currentLine(page)).join(), /i64\.mul/);
  assert.deepEqual(await stack(page), ["6", "4"]);
  await press(page, "Step");
  assert.equal((await currentLine(page)).join().trim(), "end");
}));

test("with folded expressions the very instruction is marked", onPage(async (page) => {
  await typeText(page, '(module (func (export "f") (result i32)\n (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3)))))');
  await becomes(() => time(page), 0);
  const marked = [];
  for (let i = 0; i < 5; i += 1) {
    marked.push((await page.locator(".token-now").allTextContents()).join(""));
    await press(page, "Step");
  }
  assert.deepEqual(marked, ["i32.const 1", "i32.const 2", "i32.const 3", "i32.mul", "i32.add"]);
  assert.deepEqual(await stack(page), ["7"]);
}));

test("a start function runs first, and can be stepped", onPage(async (page) => {
  await typeText(page, '(module (global $g (mut i32) (i32.const 0)) (func $init (global.set $g (i32.const 41)))\n (start $init)\n (func (export "get") (result i32) (i32.add (global.get $g) (i32.const 1))))');
  await becomes(() => time(page), 0);
  await becomes(async () => (await page.locator(".sentence .plain .where").textContent()).startsWith("start function"), true);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /get\(\) returned 42/);
}));

test("a text beyond ASCII keeps its places", onPage(async (page) => {
  await typeText(page, '(module (; äöü 😀 ;) (func (export "f😀") (result i32) (; → ;) i32.const 1\n (; 😀 ;) i32.const 2 i32.add))');
  await becomes(() => time(page), 0);
  assert.deepEqual(await page.locator(".token-now").allTextContents(), ["i32.const 1"]);
  await press(page, "Step");
  assert.deepEqual(await page.locator(".token-now").allTextContents(), ["i32.const 2"]);
  await press(page, "Step");
  assert.deepEqual(await page.locator(".token-now").allTextContents(), ["i32.add"]);
}));
