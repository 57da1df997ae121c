/** An endless loop neither freezes the page nor withstands Pause. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, onPage, phase, region, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

test("an endless loop runs, the page stays alive, Pause stops it within a second", onPage(async (page) => {
  await chooseExample(page, "Endless loop");
  await button(page, "Run").click();
  await phase(page, "Running");
  const first = await until(() => time(page), (now) => now > 10_000);
  await until(() => time(page), (now) => now > first);
  // The page's own thread answers at once while the worker is busy.
  const delay = await page.evaluate(async () => {
    let worst = 0;
    let last = performance.now();
    for (let i = 0; i < 30; i += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      worst = Math.max(worst, now - last);
      last = now;
    }
    return worst;
  });
  assert.ok(delay < 500, `a frame took ${delay} ms`);
  const pressed = Date.now();
  await button(page, "Pause").click();
  await phase(page, "Paused");
  assert.ok(Date.now() - pressed < 1000, `Pause took ${Date.now() - pressed} ms`);
  const stopped = await time(page);
  await page.waitForTimeout(300);
  assert.equal(await time(page), stopped);
  // And it can be stepped from there.
  await button(page, "Step").click();
  await becomes(() => time(page), stopped + 1);
}));

test("Out of an endless function can be paused as well", onPage(async (page) => {
  await chooseExample(page, "Endless loop");
  await button(page, "Out").click();
  await phase(page, "Running");
  await page.keyboard.press("F8");
  await phase(page, "Paused");
}));

test("Restart ends a run that would never end", onPage(async (page) => {
  await chooseExample(page, "Endless loop");
  await button(page, "Run").click();
  await phase(page, "Running");
  await button(page, "Restart").click();
  await phase(page, "Paused");
  assert.equal(await time(page), 0);
}));

test("another text replaces a program that runs for ever", onPage(async (page) => {
  await chooseExample(page, "Endless loop");
  await button(page, "Run").click();
  await phase(page, "Running");
  await typeText(page, '(module (func (export "seven") (result i32) i32.const 7))');
  await phase(page, "Paused");
  await button(page, "Step").click();
  await becomes(() => stack(page), ["7"]);
}));

test("a loop that logs without end does not drown the page", onPage(async (page) => {
  await typeText(page, '(module (import "env" "log" (func $log (param i32)))\n (func (export "main") (loop $l (call $log (i32.const 1)) (br $l))))');
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await phase(page, "Running");
  await page.waitForTimeout(1500);
  await button(page, "Pause").click();
  await phase(page, "Paused");
  assert.ok((await region(page, "Output").locator("li").count()) <= 1000);
}));

test("runaway recursion ends in a trap that can be looked at", onPage(async (page) => {
  await typeText(page, '(module (func $down (export "down") (call $down)))');
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await phase(page, "Trapped");
  assert.match(await page.getByRole("alert").filter({ hasText: "Trap" }).textContent(), /call stack exhausted/);
  await region(page, "Call frames").locator(".frame").nth(5).click();
}));
