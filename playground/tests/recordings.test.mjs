/** Recorded runs as files, and where the operands of a trap come from. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { becomes, button, dropFile, onPage, phase, time, until, useBrowser } from "./page.mjs";

useBrowser();

const TRAPPING = `(module
  (import "env" "log" (func $log (param i32)))
  (memory 1)
  (func $divide (param $by i32) (result i32)
    (i32.div_u (i32.const 10) (local.get $by)))
  (func (export "main") (param $n i32) (result i32)
    (call $log (local.get $n))
    (i32.store (i32.const 64) (i32.sub (local.get $n) (i32.const 3)))
    (call $divide (i32.load (i32.const 64)))))`;

/** Lets the program trap. */
async function trapped(page) {
  await dropFile(page, "divide.wat", Buffer.from(TRAPPING));
  await until(() => page.locator(".cm-content").innerText(), (text) => /\$divide/.test(text));
  await becomes(() => time(page), 0);
  await page.getByLabel(/^Argument/).fill("3");
  await button(page, "Start").click();
  await page.keyboard.press("F8");
  await phase(page, "Trapped");
}

test("a trap's operands are followed to where they were computed, and that can be gone to", onPage(async (page) => {
  await trapped(page);
  await page.getByRole("button", { name: "Show how it came about" }).click();
  const trails = page.locator(".trails ol");
  await becomes(() => trails.count(), 2);
  const steps = await trails.nth(1).locator(".link").allTextContents();
  assert.equal(steps[0], "local.get 0");
  assert.ok(steps.includes("i32.store"), steps.join());
  assert.equal(steps.at(-1), "i32.sub");
  const end = await time(page);
  await trails.nth(1).getByRole("button", { name: "i32.sub" }).click();
  await phase(page, "Paused");
  assert.ok((await time(page)) < end);
}));

test("a run is saved as a file, and opened again at its end", onPage(async (page) => {
  await trapped(page);
  const end = await time(page);
  const download = page.waitForEvent("download");
  await button(page, "Save run").click();
  const file = await download;
  assert.match(file.suggestedFilename(), /\.flight$/);
  const bytes = [...(await readFile(await file.path()))];
  assert.ok(bytes.length < 4_000, `${bytes.length} bytes`);
  await page.getByLabel("Example").selectOption({ index: 1 });
  await phase(page, "Paused");
  await dropFile(page, "failing.flight", bytes);
  await phase(page, "Trapped");
  await becomes(() => time(page), end);
  await until(() => page.locator(".output").textContent(), (text) => /log\(3\)/.test(text));
  // All ways back are open.
  await button(page, "Step back").click();
  await phase(page, "Paused");
  await page.keyboard.press("F8");
  await phase(page, "Trapped");
  // It is there after a reload.
  await page.reload();
  await phase(page, "Trapped");
  await becomes(() => time(page), end);
}));

test("a recording that is broken is told apart and changes nothing", onPage(async (page) => {
  const broken = [0x00, ...Buffer.from("flightr"), 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3];
  await dropFile(page, "broken.flight", broken);
  await until(() => page.locator(".notice:not([hidden]) p").textContent(), (text) => /broken\.flight/.test(text) && /truncated/.test(text));
  await phase(page, "Paused");
}));
