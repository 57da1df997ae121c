/** The first ten seconds: a program stands there, in the middle of its run, ready to step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, becomes, closePage, currentLine, frames, locals, onPage, openPage, output, press, region, sentence, stack, time, useBrowser } from "./page.mjs";

useBrowser();

test("factorial of 5 stands in the middle of its run", onPage(async (page) => {
  assert.deepEqual(await stack(page), ["6", "4"]);
  assert.deepEqual(await frames(page), ["factorial", "factorial"]);
  assert.deepEqual(await locals(page), { n: "4", result: "0" });
  assert.match((await currentLine(page)).join(), /i64\.mul/);
  const words = await sentence(page);
  assert.match(words, /i64\.mul/);
  assert.match(words, /4.*6.*24/);
  assert.ok((await time(page)) > 50);
}));

test("a step does what the sentence said", onPage(async (page) => {
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["24"]);
}));

test("no panel is empty, and the run so far has left its traces", onPage(async (page) => {
  assert.deepEqual(await output(page), ["console.log(1)", "console.log(1)", "console.log(2)", "console.log(6)"]);
  await becomes(() => region(page, "Globals").locator("tr .value").allTextContents(), ["6"]);
  const bytes = await region(page, "Memory").locator(".hex-row").nth(3).locator(".hex-bytes > *").allTextContents();
  assert.equal(bytes[0], "06");
}));

// `cargo xtask test` names the server that `cargo xtask play` uses as well.
const served = process.env.FLIGHT_PAGE;
test("the page works from the workspace's own server", { skip: served ? false : "FLIGHT_PAGE names no server" }, async () => {
  const page = await openPage({ url: served });
  assert.deepEqual(await stack(page), ["6", "4"]);
  await closePage(page);
});

test("the page asks no one but its own server for anything", onPage(async (page) => {
  assert.ok(page.requests.length > 3);
  for (const url of page.requests) assert.ok(url.startsWith(address) || url.startsWith("data:") || url.startsWith("blob:"), url);
}));
