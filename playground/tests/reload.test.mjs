/** What survives a reload. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, dropFile, locals, onPage, phase, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

async function reload(page) {
  await page.reload();
  await phase(page, "Paused");
}

test("text, call, arguments and breakpoints", onPage(async (page) => {
  await typeText(page, '(module\n  (func (export "one") nop)\n  (func (export "two") (param $x i32)\n    nop\n    nop))');
  await becomes(() => time(page), 0);
  await page.getByLabel("Exported function").selectOption("two");
  await page.getByLabel("Argument 0, i32").fill("12");
  await page.locator(".cm-line").nth(4).click();
  await page.keyboard.press("F9");
  await reload(page);
  assert.match(await page.locator(".cm-content").innerText(), /export "two"/);
  assert.equal(await page.getByLabel("Exported function").inputValue(), "two");
  await becomes(() => locals(page), { x: "12" });
  assert.equal(await page.locator(".mark-breakpoint").count(), 1);
  await button(page, "Run").click();
  await becomes(() => time(page), 1);
  await phase(page, "Paused");
}));

test("the example, and the first one again in the middle of its run", onPage(async (page) => {
  await reload(page);
  assert.deepEqual(await stack(page), ["6", "4"]);
  await chooseExample(page, "Sieve of primes");
  await reload(page);
  assert.equal(await page.getByLabel("Example", { exact: true }).evaluate((select) => select.selectedOptions[0].textContent), "Sieve of primes");
  await becomes(() => locals(page), { n: "100", i: "0", count: "0" });
}));

test("theme, base, tab and panel sizes", onPage(async (page) => {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  assert.equal(await scheme(), "dark");
  await button(page, "hex").click();
  await page.getByRole("tab", { name: "Globals" }).click();
  const splitter = page.getByRole("separator", { name: "Width of the middle column" });
  const before = Number(await splitter.getAttribute("aria-valuenow"));
  await splitter.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const width = Number(await splitter.getAttribute("aria-valuenow"));
  assert.ok(width > before);
  await reload(page);
  assert.equal(await scheme(), "dark");
  assert.deepEqual(await stack(page), ["0x0000000000000006", "0x0000000000000004"]);
  assert.equal(await page.getByRole("tab", { name: "Globals" }).getAttribute("aria-selected"), "true");
  const middle = await page.locator(".middle").boundingBox();
  assert.ok(Math.abs(middle.width - width) <= 1, `${middle.width} for ${width}`);
}));

test("an opened binary, byte for byte", onPage(async (page) => {
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 0x0a, 6, 1, 4, 0, 0x41, 7, 0x0b];
  await dropFile(page, "seven.wasm", bytes);
  await until(() => page.locator(".status").textContent(), (text) => text.startsWith("seven.wasm"));
  await reload(page);
  await until(() => page.locator(".status").textContent(), (text) => text.startsWith("seven.wasm"));
  await button(page, "Step").click();
  await becomes(() => stack(page), ["7"]);
}));

test("what the stubs return", onPage(async (page) => {
  await typeText(page, '(module (import "m" "f" (func $f (result i32))) (func (export "go") (result i32) call $f))');
  await becomes(() => time(page), 0);
  await page.getByRole("tab", { name: "Imports" }).click();
  await page.getByLabel("Result of m.f, i32").fill("9");
  await reload(page);
  await button(page, "Step").click();
  await becomes(() => stack(page), ["9"]);
}));

test("rubbish in the browser's storage does no harm", onPage(async (page) => {
  for (const rubbish of ["{", "[]", '{"source":7}', '{"breakpoints":"x","sizes":[]}', '{"source":{"text":null,"bytes":"!!"}}']) {
    await page.evaluate((text) => {
      addEventListener("pagehide", () => localStorage.setItem("flight-playground", text));
    }, rubbish);
    await reload(page);
    assert.deepEqual(await stack(page), ["6", "4"], rubbish);
  }
}));

test("a shared link holds the program", onPage(async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await typeText(page, '(module (func (export "shared") (param i32) (result i32) local.get 0))');
  await becomes(() => time(page), 0);
  await page.getByLabel("Argument 0, i32").fill("5");
  await button(page, "Share").click();
  const link = await until(() => page.evaluate(() => navigator.clipboard.readText()), (text) => text.includes("#program="));
  const other = await page.context().newPage();
  await other.goto(link);
  await phase(other, "Paused");
  await button(other, "Step").click();
  await becomes(() => stack(other), ["5"]);
  assert.equal(new URL(other.url()).hash, "");
}));
