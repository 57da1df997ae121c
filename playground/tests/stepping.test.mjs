/** The step buttons and their keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, currentLine, frames, ghosts, locals, onPage, output, phase, press, region, sentence, stack, time, useBrowser } from "./page.mjs";

useBrowser();

test("Step executes one instruction and shows what it took and gave", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  assert.match((await currentLine(page)).join(), /loop/);
  await press(page, "Step");
  assert.equal(await time(page), 1);
  await press(page, "Step");
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["1", "0"]);
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["1"]);
  assert.deepEqual((await ghosts(page)).sort(), ["0", "1"]);
  await press(page, "Step");
  assert.deepEqual(await locals(page), { n: "10", i: "1", total: "0" });
  assert.equal(await region(page, "Locals").locator("tr.changed th").textContent(), "i");
}));

test("Over runs a call to its return, Out runs to the caller", onPage(async (page) => {
  await chooseExample(page, "Hello");
  // main: two constants, a call of the log, two constants, the call of shout.
  for (let i = 0; i < 5; i += 1) await press(page, "Step");
  assert.match((await currentLine(page)).join(), /call \$shout/);
  await press(page, "Over");
  assert.deepEqual(await frames(page), ["main"]);
  assert.ok((await time(page)) > 50);
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  for (let i = 0; i < 6; i += 1) await press(page, "Step");
  assert.deepEqual(await frames(page), ["shout", "main"]);
  await press(page, "Out");
  assert.deepEqual(await frames(page), ["main"]);
  assert.deepEqual(await stack(page), []);
}));

test("Over runs a call that takes its time, and comes back to the same frame", onPage(async (page) => {
  await chooseExample(page, "Fibonacci");
  await page.getByLabel("Argument n, i32").fill("31");
  await button(page, "Start").click();
  await becomes(() => locals(page), { n: "31" });
  while (!/^call/.test((await page.locator(".token-now").textContent()) ?? "")) await press(page, "Step");
  await button(page, "Over").click();
  await becomes(() => stack(page), ["832040"], 30000);
  assert.deepEqual(await frames(page), ["fib"]);
  assert.ok((await time(page)) > 10_000_000);
}));

test("Run goes to the end, Restart goes back to the beginning", onPage(async (page) => {
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /factorial\(5\) returned 120/);
  assert.equal((await output(page)).at(-1), "factorial(5) = 120");
  await button(page, "Restart").click();
  await phase(page, "Paused");
  assert.equal(await time(page), 0);
  assert.deepEqual(await output(page), []);
  assert.deepEqual(await locals(page), { n: "5", result: "0" });
}));

test("Run after the end begins again", onPage(async (page) => {
  await button(page, "Run").click();
  await phase(page, "Finished");
  const first = await time(page);
  await button(page, "Run").click();
  await becomes(async () => [await time(page), await page.locator(".phase").textContent()], [first, "Finished"]);
  assert.equal((await output(page)).filter((line) => line === "factorial(5) = 120").length, 1);
}));

test("each key does what its button does", onPage(async (page) => {
  const start = await time(page);
  await page.keyboard.press("s");
  await becomes(() => time(page), start + 1);
  await page.keyboard.press("F4");
  await becomes(() => time(page), start + 2);
  await page.keyboard.press("u");
  await becomes(async () => (await frames(page)).length, 1);
  await page.keyboard.press("F2");
  await becomes(() => time(page), 0);
  await page.keyboard.press("o");
  await becomes(() => time(page), 1);
  await page.keyboard.press("Shift+F4");
  await becomes(() => time(page), 2);
  await page.keyboard.press("r");
  await phase(page, "Finished");
  await page.keyboard.press("Shift+R");
  await becomes(() => time(page), 0);
  await page.keyboard.press("F8");
  await phase(page, "Finished");
}));

test("letters typed into the text or a field are no commands", onPage(async (page) => {
  const before = await time(page);
  await page.getByLabel("Argument n, i64").focus();
  await page.keyboard.type("s");
  await page.waitForTimeout(200);
  assert.equal(await time(page), before);
}));

test("keys are told in tooltips and to assistive technology", onPage(async (page) => {
  for (const name of ["Step", "Over", "Out", "Run", "Restart"]) {
    const item = button(page, name);
    const keys = await item.getAttribute("aria-keyshortcuts");
    assert.ok(keys, name);
    assert.match(await item.getAttribute("title"), /\(.+\)/);
  }
}));

test("a frame can be looked at", onPage(async (page) => {
  await region(page, "Call frames").locator(".frame").nth(1).click();
  await becomes(() => locals(page), { n: "5", result: "0" });
  assert.match((await page.locator(".cm-line.line-caller").textContent()) ?? "", /call \$factorial/);
  assert.deepEqual(await stack(page), ["5"]);
}));

test("numbers turn hexadecimal at a click, and say their unsigned reading", onPage(async (page) => {
  await button(page, "hex").click();
  await becomes(() => stack(page), ["0x0000000000000006", "0x0000000000000004"]);
  await page.keyboard.press("x");
  await becomes(() => stack(page), ["6", "4"]);
  await page.getByLabel("Argument n, i64").fill("-1");
  await button(page, "Start").click();
  await becomes(() => locals(page), { n: "-1", result: "0" });
  assert.match(await region(page, "Locals").locator("tr .value").first().getAttribute("title"), /unsigned 18446744073709551615/);
}));
