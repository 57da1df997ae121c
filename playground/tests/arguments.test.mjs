/** The typed fields for a call's arguments. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, locals, onPage, output, phase, sentence, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

const TYPES = `(module
  (func (export "mixed") (param $a i32) (param $b i64) (param $c f32) (param $d f64) (result f64)
    (f64.add (local.get $d) (f64.promote_f32 (local.get $c))))
  (func (export "nothing")))`;

test("each argument has a field of its type, named after the parameter", onPage(async (page) => {
  await typeText(page, TYPES);
  for (const name of ["a, i32", "b, i64", "c, f32", "d, f64"]) await page.getByLabel(`Argument ${name}`).waitFor();
  await page.getByLabel("Argument a").fill("0xffffffff");
  await page.getByLabel("Argument b").fill("-9223372036854775808");
  await page.getByLabel("Argument c").fill("0.1");
  await page.getByLabel("Argument d").fill("1e3");
  await button(page, "Start").click();
  await becomes(() => locals(page), { a: "-1", b: "-9223372036854775808", c: "0.1", d: "1000" });
}));

test("a wrong argument is told at its field, and starts nothing", onPage(async (page) => {
  await typeText(page, TYPES);
  const cases = [
    ["a", "12.5", /not a whole number/],
    ["a", "4294967296", /does not fit an i32: it holds -2147483648 to 4294967295/],
    ["b", "99999999999999999999", /does not fit an i64/],
    ["c", "abc", /not a number/],
    ["d", "", /Type an f64/],
  ];
  for (const [name, text, message] of cases) {
    const field = page.getByLabel(`Argument ${name},`);
    const good = await field.inputValue();
    await field.fill(text);
    const id = await field.getAttribute("aria-describedby");
    assert.match(await page.locator(`#${id}`).textContent(), message);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await button(page, "Start").click();
    assert.equal(await field.evaluate((element) => element === document.activeElement), true, "the wrong field has the focus");
    await field.fill(good);
    assert.equal(await field.getAttribute("aria-invalid"), null);
  }
}));

test("Enter in a field starts the call", onPage(async (page) => {
  await page.getByLabel("Argument n, i64").fill("3");
  await page.keyboard.press("Enter");
  await becomes(() => locals(page), { n: "3", result: "0" });
  await page.keyboard.press("F8");
  await phase(page, "Finished");
  assert.match(await sentence(page), /factorial\(3\) returned 6/);
}));

test("choosing another export shows its fields, coming back finds what was typed", onPage(async (page) => {
  await typeText(page, TYPES);
  await page.getByLabel("Argument a, i32").fill("7");
  await page.getByLabel("Exported function").selectOption("nothing");
  await becomes(() => page.locator(".field input").count(), 0);
  await page.getByLabel("Exported function").selectOption("mixed");
  await becomes(() => page.locator(".field input").first().inputValue(), "7");
}));

test("Start calls into the same instance, Restart into a fresh one", onPage(async (page) => {
  await chooseExample(page, "Counter");
  for (const count of [1, 2, 3]) {
    await page.keyboard.press("F8");
    await until(() => output(page), (lines) => lines.filter((line) => line.startsWith("bump()")).length === count);
    assert.equal((await output(page)).at(-1), `bump() = ${count}`);
    if (count < 3) {
      await button(page, "Start").click();
      await phase(page, "Paused");
    }
  }
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  await button(page, "Run").click();
  await becomes(() => output(page), ["bump() = 1"]);
}));

test("a module without exported functions is told to be one", onPage(async (page) => {
  await typeText(page, "(module (memory 1))");
  await becomes(async () => /exports no function/.test((await sentence(page)) ?? ""), true);
  await typeText(page, '(module (func (export "f") nop))');
  await becomes(() => page.getByLabel("Exported function").inputValue(), "f");
}));
