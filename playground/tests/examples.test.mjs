/** Every program in the menu does what it is there for. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { becomes, button, chooseExample, onPage, phase, sentence, time, useBrowser } from "./page.mjs";

useBrowser();

const RESULTS = {
  Factorial: /factorial\(5\) returned 120/,
  Fibonacci: /fib\(7\) returned 13/,
  "Dispatch table": /calculate\(2, 6, 7\) returned 42/,
  "Tail calls": /even\(10\) returned 1/,
  "Loop sum": /sum\(10\) returned 55/,
  Counter: /bump\(\) returned 1/,
  "Several values": /sort\(42, 17\) returned 17, 42/,
  Hello: /main\(\) has returned/,
  "Sieve of primes": /sieve\(100\) returned 25/,
};
/** Tested elsewhere: they trap, or never end. */
const OTHERS = ["Division by zero", "Out of bounds", "Endless loop"];

test("the menu holds the programs that are tested", onPage(async (page) => {
  const titles = await page.getByLabel("Example", { exact: true }).locator("optgroup option").allTextContents();
  assert.deepEqual([...titles].sort(), [...Object.keys(RESULTS), ...OTHERS].sort());
  const files = readdirSync(new URL("../src/examples", import.meta.url)).filter((name) => name.endsWith(".wat"));
  assert.equal(files.length, titles.length);
}));

for (const [title, result] of Object.entries(RESULTS)) {
  test(title, onPage(async (page) => {
    if (title !== "Factorial") await chooseExample(page, title);
    await button(page, "Run").click();
    await phase(page, "Finished");
    assert.match(await sentence(page), result);
  }));
}

test("tail calls never make the stack deeper", onPage(async (page) => {
  await chooseExample(page, "Tail calls");
  for (let i = 0; i < 12; i += 1) {
    await button(page, "Step").click();
    await becomes(() => time(page), i + 1);
    assert.equal(await page.locator(".frames > li").count(), 1);
  }
}));
