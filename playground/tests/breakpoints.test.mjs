/** Breakpoints: by mouse, by key; they stop a run, move with the text, and go away again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, currentLine, locals, onPage, phase, sentence, time, useBrowser } from "./page.mjs";

useBrowser();

/** Clicks into the gutter beside the first line that holds a text. */
async function clickGutter(page, text) {
  const line = await page.locator(".cm-line", { hasText: text }).first().boundingBox();
  const gutter = await page.locator(".gutter-marks").boundingBox();
  await page.mouse.click(gutter.x + 10, line.y + line.height / 2);
}

const dots = (page) => page.locator(".mark-breakpoint").count();

test("a breakpoint set in the gutter stops the run each time, and is taken away by a click", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  await clickGutter(page, "local.set $total");
  await becomes(() => dots(page), 1);
  await button(page, "Run").click();
  await becomes(async () => (await currentLine(page)).join().trim(), "local.set $total");
  assert.equal((await locals(page)).i, "1");
  assert.match(await page.locator(".sentence .plain .where").textContent(), /breakpoint/);
  await button(page, "Run").click();
  await becomes(async () => (await locals(page)).i, "2");
  await clickGutter(page, "local.set $total");
  await becomes(() => dots(page), 0);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 55/);
}));

test("F9 sets a breakpoint on the line of the cursor", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  await page.locator(".cm-line", { hasText: "br_if $again" }).click();
  await page.keyboard.press("F9");
  await becomes(() => dots(page), 1);
  await page.keyboard.press("F8");
  await becomes(async () => (await currentLine(page)).join().trim(), "br_if $again");
}));

test("on a line without an instruction it goes to the next that has one", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  await clickGutter(page, ";; once more while");
  await becomes(() => dots(page), 1);
  await button(page, "Run").click();
  await phase(page, "Paused");
  await becomes(async () => (await time(page)) > 0, true);
  assert.equal((await currentLine(page)).join().trim(), "local.get $i");
}));

test("a breakpoint moves with its line while the text is edited", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  await clickGutter(page, "local.set $total");
  await page.locator(".cm-line").first().click();
  await page.keyboard.press("Home");
  await page.keyboard.insertText(";; one line more\n");
  await page.waitForTimeout(600);
  await button(page, "Run").click();
  await becomes(async () => (await currentLine(page)).join().trim(), "local.set $total");
}));

test("stepping over a call stops at a breakpoint inside of it", onPage(async (page) => {
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  await clickGutter(page, "i64.const 1");
  await button(page, "Run").click();
  await becomes(async () => (await locals(page)).n, "0");
}));
