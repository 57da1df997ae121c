/** When Flight itself cannot work, the page says so and offers a way out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, onPage, stack, until, useBrowser } from "./page.mjs";

useBrowser();

test("a worker that cannot load is told, and can be begun anew", onPage(async (page) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.reload();
  await until(() => page.locator(".notice:not([hidden]) p").textContent(), (text) => /Flight itself has failed/.test(text));
  assert.match(await page.locator(".cm-content").innerText(), /factorial/);
  await page.unroute("**/*.wasm");
  await button(page, "Begin anew").click();
  await becomes(() => stack(page), ["6", "4"]);
  // What the browser says about the request that was cut off is meant to be there.
  page.problems.length = 0;
}));
