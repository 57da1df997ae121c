/** Landmarks, accessibility, widths, themes, focus. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { becomes, button, chooseExample, closePage, onPage, openPage, phase, press, region, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NAMES = ["Code", "Value stack", "Call frames", "Locals", "Memory", "Globals", "Output"];

async function violations(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 4).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
}

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  test(`each panel is a landmark with its name at ${width} pixels`, onPage(async (page) => {
    for (const name of NAMES) assert.equal(await region(page, name).count(), 1, name);
    assert.equal(await page.getByRole("main").count(), 1);
    assert.equal(await page.getByRole("banner").count(), 1);
    assert.equal(await page.getByRole("contentinfo").count(), 1);
    // After the run as well, when there are no frames any more.
    await button(page, "Run").click();
    await phase(page, "Finished");
    for (const name of NAMES) assert.equal(await region(page, name).count(), 1, name);
  }, { width, height }));

  for (const colorScheme of ["light", "dark"]) {
    test(`no accessibility violations at ${width} pixels, ${colorScheme}`, onPage(async (page) => {
      assert.deepEqual(await violations(page), []);
      await press(page, "Step");
      assert.deepEqual(await violations(page), []);
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        assert.deepEqual(await violations(page), [], await tab.textContent());
      }
      await chooseExample(page, "Division by zero");
      await button(page, "Run").click();
      await phase(page, "Trapped");
      assert.deepEqual(await violations(page), []);
      await typeText(page, "(module (bogus");
      await until(() => page.locator(".status.invalid").count(), (count) => count === 1);
      assert.deepEqual(await violations(page), []);
    }, { width, height, colorScheme, reducedMotion: "reduce" }));
  }
}

test("at 390 pixels nothing scrolls sideways, and the step buttons are under the thumb", onPage(async (page) => {
  const check = async () => {
    const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.equal(scroll, client);
    const wide = await page.evaluate(() => {
      const bench = document.querySelector(".bench");
      return bench.scrollWidth - bench.clientWidth;
    });
    assert.equal(wide, 0);
  };
  await check();
  for (const name of ["Step", "Over", "Out", "Run", "Restart"]) {
    const box = await button(page, name).boundingBox();
    assert.ok(box.height >= 44 && box.width >= 44, `${name}: ${box.width} by ${box.height}`);
    assert.ok(box.y + box.height <= 844, name);
  }
  const code = await region(page, "Code").boundingBox();
  assert.ok(code.height > 844 / 4 && code.height < 844 / 2);
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await check();
  }
  await page.getByLabel("Argument n, i64").fill("12.5");
  await check();
  await page.getByLabel("Argument n, i64").fill("5");
  await chooseExample(page, "Division by zero");
  await button(page, "Run").click();
  await phase(page, "Trapped");
  await check();
}, { width: 390, height: 844, hasTouch: true, isMobile: true }));

for (const width of [1440, 1200, 1199, 1000, 768, 700, 699, 390, 360]) {
  test(`every control is within the window at ${width} pixels`, onPage(async (page) => {
    const outside = await page.locator(".toolbar :is(button, select, input:not([hidden])), .timeline button, .tab-strip button, .hex-row:not([hidden])").evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility())
        .map((element) => [element.textContent || element.className, element.getBoundingClientRect()])
        .filter(([, box]) => box.left < 0 || box.right > innerWidth)
        .map(([name, box]) => `${name}: ${box.left} to ${box.right}`),
    );
    assert.deepEqual(outside, []);
  }, { width, height: 900 }));
}

test("memory is drawn down to the last visible row, whatever else is looked at", onPage(async (page) => {
  const blank = () => region(page, "Memory").locator(".hex-row:not([hidden])").evaluateAll((rows) => rows.filter((row) => /^\s*$/.test(row.querySelector(".hex-bytes").textContent)).length);
  await becomes(blank, 0);
  await region(page, "Call frames").locator(".frame").nth(1).click();
  await page.setViewportSize({ width: 1440, height: 1200 });
  await becomes(blank, 0);
  await page.getByRole("tab", { name: "Globals" }).click();
  await page.getByRole("tab", { name: "Memory" }).click();
  // Hidden behind another tab there are no rows: they are drawn once the panel is seen again.
  await until(() => region(page, "Memory").locator(".hex-row:not([hidden])").count(), (rows) => rows > 40);
  await becomes(blank, 0);
}));

test("the columns stand as they should", onPage(async (page) => {
  const box = (name) => region(page, name).boundingBox();
  const [code, stackBox, memory] = [await box("Code"), await box("Value stack"), await box("Memory")];
  assert.ok(code.x < stackBox.x && stackBox.x < memory.x);
  assert.ok(code.width > stackBox.width && code.width > memory.width);
  await page.setViewportSize({ width: 1100, height: 900 });
  const [below, middle] = [await box("Memory"), await box("Value stack")];
  assert.ok(Math.abs(below.x - middle.x) < 2 && below.y > middle.y);
}));

test("the current line is always in view", onPage(async (page) => {
  await page.setViewportSize({ width: 1440, height: 420 });
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  for (let i = 0; i < 40; i += 1) {
    await press(page, "Step");
    const view = await page.locator(".cm-scroller").boundingBox();
    const line = await page.locator(".cm-line.line-now").boundingBox();
    assert.ok(line && line.y >= view.y && line.y + line.height <= view.y + view.height + 1);
  }
}));

test("a step keeps the elements that did not change", onPage(async (page) => {
  await page.evaluate(() => {
    globalThis.kept = [...document.querySelectorAll(".frames > li, .hex-row, .globals tr, .card")];
  });
  await press(page, "Step");
  const gone = await page.evaluate(() => globalThis.kept.filter((element) => !element.isConnected).map((element) => element.className));
  // Only the card of the produced value is another one.
  assert.deepEqual(gone.filter((name) => !name.includes("card")), []);
}));

test("focus is visible and not lost when a run ends", onPage(async (page) => {
  await button(page, "Run").focus();
  await page.keyboard.press("Enter");
  await phase(page, "Finished");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Run");
  await page.keyboard.press("Shift+Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid");
}));

test("Tab leads through the page and is not caught by the editor", onPage(async (page) => {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.closest(".cm-editor") === null), true);
}));

test("panels are resized with the mouse", onPage(async (page) => {
  const before = await region(page, "Code").boundingBox();
  const splitter = await page.getByRole("separator", { name: "Width of the middle column" }).boundingBox();
  await page.mouse.move(splitter.x, splitter.y + 200);
  await page.mouse.down();
  await page.mouse.move(splitter.x - 80, splitter.y + 200, { steps: 4 });
  await page.mouse.up();
  const after = await region(page, "Code").boundingBox();
  assert.ok(Math.abs(before.width - after.width - 80) <= 2, `${before.width} to ${after.width}`);
}));

test("a large memory scrolls by key and wheel, and goes to an address", onPage(async (page) => {
  await typeText(page, '(module (memory 4096) (data (i32.const 0x0ffffff0) "the very last one") (data (i32.const 0x00abcde0) "somewhere")\n (func (export "f") nop))'.replace("0x0ffffff0", "0x0fffffe0"));
  await until(() => region(page, "Memory").textContent(), (text) => /256 MiB, 4.096 pages/.test(text));
  await page.getByLabel("Go to address (hexadecimal)").fill("abcde0");
  await page.keyboard.press("Enter");
  const shown = async () => (await region(page, "Memory").locator(".hex-row:not([hidden])").allTextContents()).join("\n");
  await until(shown, (text) => /00abcde0/.test(text) && /somewher/.test(text));
  await region(page, "Memory").locator(".hex").focus();
  await page.keyboard.press("End");
  await until(shown, (text) => /0ffffff8/.test(text) && /the very/.test(text));
  await page.keyboard.press("Home");
  await until(shown, (text) => /00000000/.test(text));
  // The wheel moves by rows, however much memory the bar stands for.
  await region(page, "Memory").locator(".hex").hover();
  await page.mouse.wheel(0, 100);
  await until(shown, (text) => text.startsWith("00000028"));
  await page.getByLabel("Go to address (hexadecimal)").fill("10000000");
  await page.keyboard.press("Enter");
  assert.equal(await page.getByLabel("Go to address (hexadecimal)").getAttribute("aria-invalid"), "true");
}));

test("bytes that a store changed are marked", onPage(async (page) => {
  await chooseExample(page, "Sieve of primes");
  await page.locator(".cm-line", { hasText: "i32.store8" }).click();
  await page.keyboard.press("F9");
  await button(page, "Run").click();
  await becomes(async () => (await page.locator(".token-now").count()) > 0 && (await stack(page)).length === 0, true);
  for (let i = 0; i < 3; i += 1) await press(page, "Step");
  assert.deepEqual(await region(page, "Memory").locator(".hex-bytes .changed").allTextContents(), ["01"]);
  assert.match(await region(page, "Memory").textContent(), /1 byte changed/);
}));

test("help tells the keys, and letters can be switched off", async () => {
  const page = await openPage();
  await button(page, "Help").click();
  const dialog = page.getByRole("dialog", { name: "Help" });
  assert.match(await dialog.textContent(), /F9/);
  await dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  const before = await page.locator(".time-now").textContent();
  await page.keyboard.press("s");
  await page.waitForTimeout(200);
  assert.equal(await page.locator(".time-now").textContent(), before);
  await closePage(page);
});
